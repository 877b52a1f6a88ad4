import helmet from 'helmet';

const self = ["'self'"];
const none = ["'none'"];

/** The content security policy of a page: what it uses, from this service, and no inline code or style. */
export const applyPagePolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: none,
    scriptSrc: self,
    styleSrc: self,
    imgSrc: self,
    connectSrc: self,
    formAction: self,
    baseUri: none,
    frameAncestors: none,
  },
});
