// The documents, and a page that asks nobody else: no validator, and no token kept after it is closed.
SwaggerUIBundle({
  dom_id: "#swagger-ui",
  urls: [
    { name: "Delivery", url: "/openapi/delivery.json" },
    { name: "Management", url: "/openapi/management.json" },
  ],
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  validatorUrl: "none",
  tryItOutEnabled: true,
  persistAuthorization: false,
});
