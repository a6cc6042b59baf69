import { lauxlib, lua, lualib, to_jsstring, to_luastring } from 'fengari';
import { isFields } from '../../lib/kubernetes/read.ts';

/**
 * What a script of a health check returns for an object, by an interpreter in JavaScript. It opens the libraries that
 * Argo CD opens, and no more. Its Lua is 5.3 where Argo CD's is 5.1; verify.ts asks Argo CD's own.
 */
export function healthOf(script: string, object: unknown): { readonly status: string; readonly message: string } {
  const state = lauxlib.luaL_newstate();
  for (const [name, open] of [
    ['_G', lualib.luaopen_base],
    ['table', lualib.luaopen_table],
  ] as const) {
    lauxlib.luaL_requiref(state, to_luastring(name), open, 1);
    lua.lua_pop(state, 1);
  }
  push(state, object);
  lua.lua_setglobal(state, to_luastring('obj'));
  if (lauxlib.luaL_dostring(state, to_luastring(script))) throw new Error(text(state, -1));
  lua.lua_getfield(state, -1, to_luastring('status'));
  lua.lua_getfield(state, -2, to_luastring('message'));
  return { status: text(state, -2), message: text(state, -1) };
}

const text = (state: unknown, index: number): string => to_jsstring(lua.lua_tostring(state, index) ?? to_luastring(''));

function push(state: unknown, value: unknown): void {
  if (typeof value === 'string') lua.lua_pushstring(state, to_luastring(value));
  else if (typeof value === 'number') lua.lua_pushnumber(state, value);
  else if (typeof value === 'boolean') lua.lua_pushboolean(state, value);
  else if (Array.isArray(value) || isFields(value)) {
    lua.lua_createtable(state, 0, 0);
    for (const [key, item] of Object.entries(value)) {
      push(state, item);
      if (Array.isArray(value)) lua.lua_rawseti(state, -2, Number(key) + 1);
      else lua.lua_setfield(state, -2, to_luastring(key));
    }
  } else lua.lua_pushnil(state);
}
