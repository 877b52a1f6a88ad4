import { Command, Option } from 'commander';
import { renderEnvExample, renderSettingsPage } from '../config/describe-settings';

new Command('settings')
  .description('Print every setting with its default and its meaning.')
  .addOption(
    new Option('--format <format>', 'the page docs/settings.md, or an example env file')
      .choices(['table', 'web-env', 'db-env'])
      .default('table'),
  )
  .action(({ format }: { format: 'table' | 'web-env' | 'db-env' }) => {
    process.stdout.write(
      format === 'table' ? renderSettingsPage() : renderEnvExample(format === 'db-env' ? 'db' : 'web'),
    );
  })
  .parse();
