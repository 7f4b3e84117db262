import { viewsOf } from '../class-views.ts';
import { VERBS, mount, type Framework } from './framework.ts';

export const FASTAPI: Framework = {
  made: /^pypi\/fastapi:(?:FastAPI|APIRouter)\(\)$/,
  root: /:FastAPI\(\)$/,
  prefix: 'prefix',
  read: (call, router, routerAt) => {
    const { name, args, named } = call;
    const path = args[0] ?? named.get('path');
    if (VERBS.test(name)) {
      if (call.call.decorates !== undefined) call.route(router, name, call.text(path), undefined);
    } else if (name === 'api_route' || name === 'add_api_route') {
      const methods = call.texts(named.get('methods'));
      for (const method of methods.length === 0 ? ['GET'] : methods)
        call.route(router, method, call.text(path), args[1] ?? named.get('endpoint'));
    } else if (name === 'include_router' && args[0] !== undefined) {
      const prefix = named.get('prefix');
      mount(call, router, routerAt(args[0]), prefix === undefined ? [''] : call.text(prefix));
    } else if (name === 'mount' && args[1] !== undefined) mount(call, router, routerAt(args[1]), call.text(path));
  },
};

export const FLASK: Framework = {
  made: /^pypi\/flask:(?:Flask|Blueprint)\(\)$/,
  root: /:Flask\(\)$/,
  prefix: 'url_prefix',
  read: (call, router, routerAt) => {
    const { name, args, named } = call;
    const path = call.text(args[0] ?? named.get('rule'));
    const isWorn = call.call.decorates !== undefined;
    if (VERBS.test(name) && isWorn) call.route(router, name, path, undefined);
    else if ((name === 'route' && isWorn) || name === 'add_url_rule') {
      const [methods, view] = [call.texts(named.get('methods')), named.get('view_func') ?? args[2]];
      const views = view === undefined || isWorn ? [] : viewsOf(call, view);
      for (const { verb, handlers } of views)
        if (methods.length === 0 || methods.includes(verb.toUpperCase())) call.routeTo(router, verb, path, handlers);
      if (views.length > 0) return;
      for (const method of methods.length === 0 ? ['GET'] : methods) call.route(router, method, path, view);
    } else if (name === 'register_blueprint' && args[0] !== undefined) {
      const prefix = named.get('url_prefix');
      const child = routerAt(args[0]);
      if (child === undefined) return;
      if (prefix === undefined) call.records.mounts.push({ parent: router, child: child.key, prefix: [''] });
      else call.records.mounts.push({ parent: router, child: child.key, prefix: call.text(prefix), replaces: true });
    }
  },
};
