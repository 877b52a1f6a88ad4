import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/**
 * The number of visits of a visitor: the projection of the outer-join group-by over the log. Triggers update it in the
 * transaction that appends the events, so the service never writes it.
 */
export class VisitTotal extends Model<InferAttributes<VisitTotal>, InferCreationAttributes<VisitTotal>> {
  declare visitorId: string;
  /** A bigint, as a string. */
  declare visits: string;
}

/** Binds a new class to the connection, so that one process can have several connections. */
export function defineVisitTotal(sequelize: Sequelize): typeof VisitTotal {
  return class extends VisitTotal {}.init(
    {
      visitorId: { type: DataTypes.BIGINT, primaryKey: true },
      visits: { type: DataTypes.BIGINT, allowNull: false },
    },
    { sequelize, modelName: 'VisitTotal', tableName: 'visit_totals', underscored: true, timestamps: false },
  );
}
