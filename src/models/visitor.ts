import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/** A counted name. Names are unique, NFC-normalised and case-sensitive. Ids never change. */
export class Visitor extends Model<InferAttributes<Visitor>, InferCreationAttributes<Visitor>> {
  /** A bigint, which the driver returns as a string. */
  declare id: CreationOptional<string>;
  declare username: string;
  declare createdAt: CreationOptional<Date>;
}

/** Binds a new class to the connection, so that one process can have several connections. */
export function defineVisitor(sequelize: Sequelize): typeof Visitor {
  return class extends Visitor {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      username: { type: DataTypes.TEXT, allowNull: false, unique: true },
      createdAt: { type: DataTypes.DATE, allowNull: false, defaultValue: DataTypes.NOW },
    },
    { sequelize, modelName: 'Visitor', tableName: 'visitors', underscored: true, updatedAt: false },
  );
}
