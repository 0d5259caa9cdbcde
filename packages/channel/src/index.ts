export { type CallOptions, callRoute, streamRoute } from './call-route.ts';
export { createChannelKey } from './key.ts';
export { type ChannelHandler, type ChannelServer, type ListenOptions, listenChannel } from './listen.ts';
export { type Channel, type ChannelRequest, type OpenOptions, openChannel } from './open.ts';
export { type Answer, type Call, type Implementation, type ServeOptions, serveRoutes } from './serve-routes.ts';
export { announce, announceFailure, readStart, type Start } from './start-document.ts';
