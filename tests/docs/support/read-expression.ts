import { parser } from '@prometheus-io/lezer-promql';

/** The metrics and labels in a PromQL expression. */
export interface ExpressionContent {
  /** Names of metrics, without duplicates. */
  readonly metrics: readonly string[];
  /** Names of labels that are matched or grouped by, without duplicates. */
  readonly labels: readonly string[];
}

/**
 * Parses a PromQL expression with Prometheus' own grammar.
 * @throws {Error} that shows the position of a syntax error.
 */
export function readExpression(expression: string): ExpressionContent {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  parser.parse(expression).iterate({
    enter({ type, from, to, node }) {
      const text = expression.slice(from, to);
      if (type.isError) throw new Error(`not PromQL at "${expression.slice(from)}" of ${expression}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.add(text);
      if (type.name === 'LabelName') labels.add(text);
    },
  });
  return { metrics: [...metrics], labels: [...labels] };
}
