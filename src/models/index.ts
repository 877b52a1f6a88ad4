import type { Sequelize } from 'sequelize';
import { defineVisit, Visit } from './visit';
import { defineVisitTotal, VisitTotal } from './visit-total';
import { defineVisitor, Visitor } from './visitor';

export { Visit, VisitTotal, Visitor };

/** The models of one connection, with their associations. */
export interface Models {
  readonly Visitor: typeof Visitor;
  readonly Visit: typeof Visit;
  readonly VisitTotal: typeof VisitTotal;
}

/** Binds every model to the connection and defines their associations. */
export function defineModels(sequelize: Sequelize): Models {
  const models = {
    Visitor: defineVisitor(sequelize),
    Visit: defineVisit(sequelize),
    VisitTotal: defineVisitTotal(sequelize),
  };
  models.Visitor.hasMany(models.Visit, { as: 'visits', foreignKey: 'visitorId' });
  models.Visitor.hasOne(models.VisitTotal, { as: 'total', foreignKey: 'visitorId' });
  return models;
}
