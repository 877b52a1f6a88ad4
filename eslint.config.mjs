import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/', 'coverage/', 'node_modules/', 'release/', '.data/', 'aws/cdk.out/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers read well in messages; everything else still has to be turned into text on purpose.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => stop()` is plain enough; braces around every such arrow are not.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Objects are closures here and have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // A leading underscore says that a parameter is there for its position only.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**', 'migrations/**'],
    rules: {
      'max-lines': ['error', { max: 150, skipBlankLines: true, skipComments: true }],
      // Settings are read once, by config; output goes through the logger or stdout of the command line.
      'no-console': 'error',
    },
  },
  {
    // The two doors to the process: everything else gets what it needs as an argument.
    files: ['src/**'],
    ignores: ['src/main.ts', 'src/serve.ts', 'src/cli/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read settings in src/config and pass them on.' },
        {
          object: 'process',
          property: 'exit',
          message: 'Only src/serve.ts and src/cli may end the process.',
        },
      ],
    },
  },
  {
    files: ['tests/**'],
    rules: {
      // supertest and JSON bodies are untyped by nature.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  // The types of aws/ are checked there, because its packages are not installed here.
  { files: ['**/*.mjs', '**/*.cjs', '**/*.js', 'aws/**'], ...tseslint.configs.disableTypeChecked },
  {
    // PM2 and `node --require` take CommonJS, which has no other import.
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
