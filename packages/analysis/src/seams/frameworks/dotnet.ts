import type { Framework } from './framework.ts';

/** Minimal APIs of ASP.NET: `WebApplication.CreateBuilder(args).Build().MapGet("/x", handler)` */
export const ASP_NET: Framework = {
  made: /^(?:dotnet|nuget)\/[^:]*:(?:WebApplication\.(?:Create\w*Builder\(\)\.Build|Create)|WebApplication|IEndpointRouteBuilder|RouteGroupBuilder)\(\)$/,
  root: /:WebApplication\b/,
  gives: { MapGroup: 'prefix', WithTags: 'same', WithOpenApi: 'same', RequireAuthorization: 'same', AllowAnonymous: 'same' },
  read: (call, router) => {
    const { name, args } = call;
    const verb = /^Map(Get|Post|Put|Patch|Delete|Methods)?$/.exec(name);
    if (verb === null || args.length < 2) return;
    const methods = verb[1] === 'Methods' ? call.texts(args[1]) : [verb[1] ?? 'ANY'];
    for (const method of methods) call.route(router, method, call.text(args[0]), args.at(-1));
  },
};
