// Draws the description of the JSON API with the vendored reader.
const place = document.getElementById("api");

// The reader puts a link into the button that opens an operation, which only one of the two can be reached by keyboard.
function plainNames({ React }) {
  return { components: { DeepLink: ({ text }) => React.createElement("span", null, text) } };
}

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.description,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  persistAuthorization: false,
  plugins: [plainNames],
  tryItOutEnabled: false,
  validatorUrl: null,
});
