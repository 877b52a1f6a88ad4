import { Duration, Size as Amount } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { CfnInstance } from 'aws-cdk-lib/aws-ec2';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Settings } from './read-settings.js';

interface Rule {
  readonly name: string;
  readonly metric: Metric;
  readonly above?: number;
  readonly below?: number;
  /** Samples in a row. */
  readonly samples: number;
  readonly missing?: TreatMissingData;
}

// A credit is a minute of one processor. Beyond its credits an instance costs more.
const credits = { below: 20, samples: 6 };

function listHostRules(name: string, host: CfnInstance): Rule[] {
  const read = (metricName: string, minutes: number): Metric =>
    new Metric({
      namespace: 'AWS/EC2',
      metricName,
      dimensionsMap: { InstanceId: host.ref },
      statistic: minutes === 1 ? 'Maximum' : 'Minimum',
      period: Duration.minutes(minutes),
    });
  return [
    {
      name: `${name}-status`,
      metric: read('StatusCheckFailed', 1),
      above: 0,
      samples: 3,
      // A host that is gone sends nothing.
      missing: TreatMissingData.BREACHING,
    },
    { name: `${name}-cpu-credits`, metric: read('CPUCreditBalance', 5), ...credits },
  ];
}

function listDatabaseRules(database: DatabaseInstance, connections: number): Rule[] {
  const read = (name: string, statistic: string): Metric =>
    database.metric(name, { statistic, period: Duration.minutes(5) });
  return [
    { name: 'footfall-database-cpu-credits', metric: read('CPUCreditBalance', 'Minimum'), ...credits },
    {
      name: 'footfall-database-storage',
      metric: read('FreeStorageSpace', 'Minimum'),
      below: Amount.gibibytes(2).toBytes(),
      samples: 1,
    },
    {
      name: 'footfall-database-connections',
      metric: read('DatabaseConnections', 'Maximum'),
      above: connections,
      samples: 1,
    },
  ];
}

/** Alarms for each host and the database. With an address they send mail when they begin and end. */
export function createAlarms(
  scope: Construct,
  hosts: ReadonlyMap<string, CfnInstance>,
  database: DatabaseInstance,
  { size, email }: Settings,
): void {
  const topic = email === undefined ? undefined : new Topic(scope, 'Alarms');
  if (email !== undefined) topic?.addSubscription(new EmailSubscription(email));

  const rules = [
    ...[...hosts].flatMap(([name, host]) => listHostRules(name, host)),
    ...listDatabaseRules(database, size.connections),
  ];
  for (const { name, metric, above, below, samples, missing } of rules) {
    const alarm = new Alarm(scope, name, {
      alarmName: name,
      metric,
      threshold: above ?? below ?? 0,
      comparisonOperator:
        above === undefined
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: samples,
      treatMissingData: missing ?? TreatMissingData.MISSING,
    });
    if (topic === undefined) continue;
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
  }
}
