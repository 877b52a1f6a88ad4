import express from 'express';
import { createServer } from 'node:http';
import { col, fn, type Sequelize } from 'sequelize';
import { defineModels, type Models } from '../../src/models';
import { openPool } from './open-pool';
import { serveApp } from './serve-app';

/**
 * A counter as usually written, and as the predecessor of Footfall was: each visit is a transaction
 * that finds or creates the visitor, inserts the event and counts the log; the list is an
 * outer-join group-by.
 */
async function main(): Promise<void> {
  const sequelize = await openPool();
  const models = defineModels(sequelize);
  const app = express();
  app.get('/:username', async (request, response) => {
    response.json(await recordVisit(sequelize, models, request.params.username));
  });
  app.get('/', async (_request, response) => {
    response.json({ results: (await countVisits(models)).map(present) });
  });
  app.get('/-/visitors/:username', async (request, response) => {
    const [visitor] = await countVisits(models, request.params.username);
    if (visitor) response.json(present(visitor));
    else response.status(404).json({ error: 'not found' });
  });
  serveApp(createServer(app), () => sequelize.close());
}

interface CountedVisitor {
  readonly id: string;
  readonly username: string;
  readonly visits: string | number;
}

function recordVisit(sequelize: Sequelize, { Visitor, Visit }: Models, username: string) {
  return sequelize.transaction(async (transaction) => {
    const [visitor] = await Visitor.findOrCreate({ where: { username }, transaction });
    await Visit.create({ visitorId: visitor.id }, { transaction });
    const visits = await Visit.count({ where: { visitorId: visitor.id }, transaction });
    return present({ id: visitor.id, username, visits });
  });
}

async function countVisits({ Visitor, Visit }: Models, username?: string): Promise<CountedVisitor[]> {
  const rows = await Visitor.findAll({
    attributes: ['id', 'username', [fn('COUNT', col('visits.id')), 'visits']],
    include: { model: Visit, as: 'visits', attributes: [], required: false },
    where: username === undefined ? {} : { username },
    group: ['Visitor.id'],
    order: [['id', 'ASC']],
    raw: true,
  });
  return rows as unknown as CountedVisitor[];
}

function present({ id, username, visits }: CountedVisitor) {
  return { id: Number(id), username, visits: Number(visits) };
}

void main();
