/** What of it is used here: it has no types of its own. */
declare module 'fengari' {
  type Text = Uint8Array;
  export const to_luastring: (text: string) => Text;
  export const to_jsstring: (text: Text) => string;
  export const lua: {
    lua_createtable(state: unknown, list: number, fields: number): void;
    lua_getfield(state: unknown, index: number, key: Text): void;
    lua_pop(state: unknown, count: number): void;
    lua_pushboolean(state: unknown, value: boolean): void;
    lua_pushnil(state: unknown): void;
    lua_pushnumber(state: unknown, value: number): void;
    lua_pushstring(state: unknown, value: Text): void;
    lua_rawseti(state: unknown, index: number, position: number): void;
    lua_setfield(state: unknown, index: number, key: Text): void;
    lua_setglobal(state: unknown, name: Text): void;
    lua_tostring(state: unknown, index: number): Text | null;
  };
  export const lauxlib: {
    luaL_dostring(state: unknown, script: Text): boolean;
    luaL_newstate(): unknown;
    luaL_requiref(state: unknown, name: Text, open: unknown, global: number): void;
  };
  export const lualib: { readonly luaopen_base: unknown; readonly luaopen_table: unknown };
}
