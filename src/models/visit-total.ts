import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/**
 * How many visits a visitor has: the projection of the log's outer-join group-by. Triggers move it in the
 * transaction that appends the events, whoever appends them, so nothing in here ever writes it.
 */
export class VisitTotal extends Model<InferAttributes<VisitTotal>, InferCreationAttributes<VisitTotal>> {
  declare visitorId: string;
  /** A bigint, as a string. */
  declare visits: string;
}

/** Binds a class of its own to the connection, so that several connections can be open in one process. */
export function defineVisitTotal(sequelize: Sequelize): typeof VisitTotal {
  return class extends VisitTotal {}.init(
    {
      visitorId: { type: DataTypes.BIGINT, primaryKey: true },
      visits: { type: DataTypes.BIGINT, allowNull: false },
    },
    { sequelize, modelName: 'VisitTotal', tableName: 'visit_totals', underscored: true, timestamps: false },
  );
}
