import express from 'express';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import request from 'supertest';
import { createMessageTypes } from '../../src/http/server/create-message-types';

it('gives messages the prototypes of the app before Express sees them', async () => {
  const app = express();
  app.get('/', (message, response) => {
    response.json({ agent: message.get('User-Agent'), path: message.path });
  });
  const born: (IncomingMessage | ServerResponse)[] = [];
  const server = createServer(createMessageTypes(app), (message, response) => {
    expect(Object.getPrototypeOf(message)).toBe(app.request);
    expect(Object.getPrototypeOf(response)).toBe(app.response);
    born.push(message, response);
    app(message, response);
  });
  const { body } = await request(server).get('/').set('User-Agent', 'test').expect(200);
  expect(body).toEqual({ agent: 'test', path: '/' });
  expect(born).toHaveLength(2);
});
