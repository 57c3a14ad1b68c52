-- Prints one machine-readable line, with times in microseconds.
done = function(summary, latency)
    local failed = summary.errors
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99),
        failed.status, failed.connect + failed.read + failed.write + failed.timeout))
end
