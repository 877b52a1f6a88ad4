import { z } from 'zod';
import { historyIntervals } from '../../../services/queries/history';

const count = z.int().min(0);
const moment = z.iso.datetime();

/** A visitor and a number, as every list and every recorded visit shows them. */
export const visitorSchema = z
  .object({
    id: z.int().min(1),
    username: z.string(),
    visits: count.describe(
      'Of all time; in a window, only those in it. In the answer to a visit, its own number.',
    ),
  })
  .meta({ id: 'Visitor', description: 'One visitor and a number.' });

/** One visitor with its first and last visit. */
export const visitorDetailSchema = visitorSchema
  .extend({
    first_visit_at: moment.nullable().describe('Null while there is none.'),
    last_visit_at: moment.nullable().describe('Null while there is none.'),
  })
  .meta({ id: 'VisitorDetail', description: 'One visitor with its first and last visit.' });

/** A page of the list. */
export const visitorListSchema = z
  .object({
    results: z.array(visitorSchema),
    next: z.string().nullable().describe('The path of the next page; null on the last.'),
  })
  .meta({ id: 'VisitorList', description: 'A page of visitors.' });

/** Visits over time. */
export const historySchema = z
  .object({
    interval: z.enum(historyIntervals),
    tz: z.string(),
    since: moment,
    until: moment,
    points: z
      .array(z.object({ start: moment, visits: count }))
      .describe(
        'Without gaps. A point reaches to the start of the next, and counts only from "since" to "until".',
      ),
  })
  .meta({ id: 'History', description: 'Visits over time, of all visitors.' });

/** Visits over time of one visitor. */
export const visitorHistorySchema = z
  .object({ username: z.string(), ...historySchema.shape })
  .meta({ id: 'VisitorHistory', description: 'Visits over time, of one visitor.' });

/** The numbers over all visitors. */
export const summarySchema = z
  .object({
    visits: count,
    visitors: count,
    today: count.describe('Since midnight in the time zone "tz".'),
    last_hour: count.describe('In the last 60 minutes.'),
  })
  .meta({ id: 'Summary', description: 'The numbers over all visitors.' });

/** A badge for shields.io. https://shields.io/badges/endpoint-badge */
export const badgeSchema = z
  .object({
    schemaVersion: z.literal(1),
    label: z.string(),
    message: z.string(),
    color: z.string(),
    labelColor: z.string().optional(),
    style: z.string(),
    isError: z.boolean().optional().describe('True while the number cannot be read.'),
  })
  .meta({ id: 'Badge', description: 'A badge in the endpoint schema of shields.io.' });

/** The state of the service. */
export const healthSchema = z
  .object({ status: z.enum(['live', 'ready']) })
  .meta({ id: 'Health', description: 'The state of the service.' });
