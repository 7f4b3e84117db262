import eslint from '@eslint/js';
import angular from 'angular-eslint';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What a type checker alone lets through and this project does not. */
const TYPED = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/return-await': ['error', 'in-try-catch'],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-confusing-void-expression': 'off',
  // A handler or an interface may have to be async without awaiting.
  '@typescript-eslint/require-await': 'off',
  // It can't tell a method that needs its object from a function in a record, which is what most of ours are.
  '@typescript-eslint/unbound-method': 'off',
};

const PLAIN = {
  eqeqeq: ['error', 'always'],
  'no-console': 'error',
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'exit', message: 'Set process.exitCode, or end through defineService: one way to stop.' },
  ],
  'object-shorthand': 'error',
  'prefer-const': ['error', { destructuring: 'all' }],
};

export default defineConfig(
  globalIgnores(['**/dist/', '**/.angular/', '.graphtail/', 'coverage/', 'test-results/', 'playwright-report/', '**/fixtures/']),
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', module: 'writable', require: 'readonly' } },
  },
  {
    files: ['**/*.ts'],
    extends: [eslint.configs.recommended, tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { ...PLAIN, ...TYPED },
  },
  {
    files: ['dashboard/**/*.ts'],
    extends: [angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
    rules: {
      '@angular-eslint/prefer-on-push-component-change-detection': 'off',
      '@angular-eslint/component-selector': ['error', { type: 'element', prefix: 'gt', style: 'kebab-case' }],
    },
  },
  {
    // What runs in a browser before Angular does, and the last resort when Angular does not start.
    files: ['dashboard/public/**/*.js', 'dashboard/src/main.ts'],
    languageOptions: { globals: { window: 'readonly', document: 'readonly', localStorage: 'readonly' } },
    rules: { 'no-console': ['error', { allow: ['error'] }] },
  },
  {
    files: ['packages/facts/src/**/*.ts', 'packages/client/src/**/*.ts', 'dashboard/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='zod'] > :matches(ImportSpecifier[imported.name='z'], ImportDefaultSpecifier)",
          message: 'Write import * as z: z brings every language of zod into a bundle, 260 kB.',
        },
      ],
    },
  },
  {
    files: ['dashboard/**/*.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
  },
  {
    // Answers of a server, frames and fixtures are looked into freely; a spec that is wrong about their shape fails anyway.
    files: ['**/*.spec.ts', 'tests/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // The one place that ends a service's process.
  { files: ['packages/runtime/src/service.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['scripts/**', 'bench/**', 'cli/bin/**', 'tests/mutants/main.ts', 'tests/faults/soak.ts', 'tests/fuzz/main.ts'],
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off' },
  },
);
