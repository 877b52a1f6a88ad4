import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/**
 * One visit: an event of the append-only log, from which every number is derived. It is never updated or deleted. The
 * hooks below refuse both.
 */
export class Visit extends Model<InferAttributes<Visit>, InferCreationAttributes<Visit>> {
  declare id: CreationOptional<string>;
  declare visitorId: string;
  declare visitedAt: CreationOptional<Date>;
}

/** Binds a new class to the connection and refuses its updates and deletions. */
export function defineVisit(sequelize: Sequelize): typeof Visit {
  const refuse = (): never => {
    throw new Error('visits are append-only: an event is never updated or deleted');
  };
  return class extends Visit {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      visitorId: { type: DataTypes.BIGINT, allowNull: false },
      visitedAt: { type: DataTypes.DATE, allowNull: false, defaultValue: DataTypes.NOW },
    },
    {
      sequelize,
      modelName: 'Visit',
      tableName: 'visits',
      underscored: true,
      timestamps: false,
      hooks: {
        beforeUpdate: refuse,
        beforeBulkUpdate: refuse,
        beforeDestroy: refuse,
        beforeBulkDestroy: refuse,
        beforeUpsert: refuse,
      },
    },
  );
}
