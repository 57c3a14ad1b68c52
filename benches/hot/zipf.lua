-- Requests the addresses of a file with Zipf's distribution: the address of rank n has the weight 1/n.
local requests, last = {}, 0

init = function(arguments)
    local targets, sums, sum = {}, {}, 0
    for target in io.lines(arguments[1]) do
        sum = sum + 1 / (#targets + 1)
        targets[#targets + 1] = wrk.format("GET", target)
        sums[#targets] = sum
    end
    math.randomseed(7)
    for i = 1, 65536 do
        local at, low, high = math.random() * sum, 1, #targets
        while low < high do
            local middle = math.floor((low + high) / 2)
            if sums[middle] < at then low = middle + 1 else high = middle end
        end
        requests[i] = targets[low]
    end
end

request = function()
    last = last % #requests + 1
    return requests[last]
end
