import { defineModels, type Models } from '../../src/models';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let models: Models;
beforeAll(async () => {
  database = await createTestDatabase();
  models = defineModels(database.sequelize);
});
afterAll(() => database.drop());

it('appends a visit, and refuses to change or remove it', async () => {
  const visitor = await models.Visitor.create({ username: 'alice' });
  const visit = await models.Visit.create({ visitorId: visitor.id });
  const where = { id: visit.id };
  const refused = /append-only/;
  await expect(visit.update({ visitedAt: new Date(0) })).rejects.toThrow(refused);
  await expect(models.Visit.update({ visitedAt: new Date(0) }, { where })).rejects.toThrow(refused);
  await expect(visit.destroy()).rejects.toThrow(refused);
  await expect(models.Visit.destroy({ where })).rejects.toThrow(refused);
  await expect(models.Visit.truncate()).rejects.toThrow(refused);
  await expect(models.Visit.upsert({ id: visit.id, visitorId: visitor.id })).rejects.toThrow(refused);
  expect(await models.Visit.count()).toBe(1);
});

it('reads ids and totals as text, because a number cannot hold every bigint', async () => {
  const total = await models.VisitTotal.findOne();
  expect(total).toMatchObject({ visitorId: '1', visits: '1' });
});
