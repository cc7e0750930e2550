#!/usr/bin/env node
console.log('perdure');
