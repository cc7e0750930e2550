/** Node's own `import()`: a test runner's transforms what it loads, and the oracle is plain Node. */
module.exports = (url) => import(url);
