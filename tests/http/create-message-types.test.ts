import express from 'express';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import request from 'supertest';
import { createMessageTypes } from '../../src/http/server/create-message-types';

it('creates messages with the prototypes of the app', async () => {
  const app = express();
  app.get('/', (message, response) => {
    response.json({ agent: message.get('User-Agent'), path: message.path });
  });
  const created: (IncomingMessage | ServerResponse)[] = [];
  const server = createServer(createMessageTypes(app), (message, response) => {
    expect(Object.getPrototypeOf(message)).toBe(app.request);
    expect(Object.getPrototypeOf(response)).toBe(app.response);
    created.push(message, response);
    app(message, response);
  });
  const { body } = await request(server).get('/').set('User-Agent', 'test').expect(200);
  expect(body).toEqual({ agent: 'test', path: '/' });
  expect(created).toHaveLength(2);
});
