// A file of its own, so that the page's Content-Security-Policy need not allow inline scripts.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger",
  deepLinking: true,
  persistAuthorization: true,
  // Else the document's address is told to validator.swagger.io.
  validatorUrl: null,
});
