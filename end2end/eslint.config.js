import { fileURLToPath } from "node:url";
import eslint from "typescript-eslint";

const here = fileURLToPath(new URL(".", import.meta.url));
const typed = ["end2end/**/*.ts"];

export default eslint.config(
  { ignores: ["end2end/test-results/**", "end2end/playwright-report/**"] },
  ...[...eslint.configs.strictTypeChecked, ...eslint.configs.stylisticTypeChecked].map(config => ({ ...config, files: typed })),
  {
    files: typed,
    languageOptions: { parserOptions: { project: `${here}tsconfig.json` } },
    rules: {
      // What a browser test forgets most often, and then passes by luck.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Playwright's fixtures without needs are written `({}, use)`.
      "no-empty-pattern": "off",
      "no-restricted-syntax": [
        "error",
        { selector: "CallExpression[callee.property.name='waitForTimeout']", message: "No sleeps: wait for what the page shows." },
        { selector: "CallExpression[callee.object.name='test'][callee.property.name='only']", message: "Left over from looking for a fault." },
      ],
    },
  },
  {
    files: ["end2end/**/*.mjs", "tools/**/*.mjs"],
    ...eslint.configs.base,
    rules: { "no-var": "error", "prefer-const": "error", eqeqeq: "error" },
  },
);
