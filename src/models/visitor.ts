import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/** One name that is counted. Names are unique, NFC-normalised and case-sensitive; ids never change. */
export class Visitor extends Model<InferAttributes<Visitor>, InferCreationAttributes<Visitor>> {
  /** A bigint, which PostgreSQL's driver hands over as a string. */
  declare id: CreationOptional<string>;
  declare username: string;
  declare createdAt: CreationOptional<Date>;
}

/** Binds a class of its own to the connection, so that several connections can be open in one process. */
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
