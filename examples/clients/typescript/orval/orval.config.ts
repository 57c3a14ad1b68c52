import { defineConfig } from "orval";

const override = { mutator: { path: "./request.ts", name: "request" } };

export default defineConfig({
  delivery: {
    input: "../../../../openapi/delivery.json",
    output: { target: "../generated/orval/delivery.ts", client: "fetch", override },
  },
  management: {
    input: "../../../../openapi/management.json",
    output: { target: "../generated/orval/management.ts", client: "fetch", override },
  },
});
