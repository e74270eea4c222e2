using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Api;

/// <summary>What the OpenAPI document says beyond what the endpoints say of themselves: how to authenticate, who may call, the query's keys, and the problems.</summary>
internal static class ApiDocument
{
    private const string Token = "token", Cookie = "session";

    public static void Describe(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "Wardkeeper", Version = "1", Description = "Devices, traffic, findings, persons and the audit log. Errors are problem details (RFC 9457) with a stable code; lists take page and pageSize and answer with total." };
            document.Components ??= new();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Token] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token made by an administrator." };
            document.Components.SecuritySchemes[Cookie] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = SessionCookie.Name, Description = $"The session of a signed-in person. Unsafe methods also need the header {ConsoleAccess.CsrfHeader}." };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (AccessMatrix.Find(context.Description.HttpMethod ?? "GET", context.Description.ActionDescriptor.AttributeRouteInfo?.Template ?? RawRoute(context)) is { } rule) Secure(operation, rule, context.Document!);
            QueryKeys? query = context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryKeys>().LastOrDefault();
            foreach (string key in query?.Keys ?? [])
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter { Name = key, In = ParameterLocation.Query, Schema = new OpenApiSchema { Type = key is "page" or "pageSize" ? JsonSchemaType.Integer : JsonSchemaType.String } });
            }
            return Task.CompletedTask;
        });
    }

    // The description drops constraints from the template; the table keeps them, so the path is looked up without.
    private static string RawRoute(OpenApiOperationTransformerContext context)
    {
        string path = AccessMatrix.Normal(context.Description.RelativePath ?? "");
        return AccessMatrix.All.Select(rule => rule.Route).FirstOrDefault(route => System.Text.RegularExpressions.Regex.Replace(route, @":\w+\}", "}") == path) ?? path;
    }

    private static void Secure(OpenApiOperation operation, AccessRule rule, OpenApiDocument document)
    {
        if (rule.Kind == AccessKind.Open) return;
        operation.Description = (rule.Kind == AccessKind.Roles ? "Roles: " + RoleNames.Join(rule.Roles).Replace(",", ", ", StringComparison.Ordinal) + "." : "Whoever is signed in.") + (rule.PersonsOnly ? " Not for tokens." : "");
        operation.Security ??= [];
        if (!rule.PersonsOnly) operation.Security.Add(new() { [new OpenApiSecuritySchemeReference(Token, document)] = [] });
        operation.Security.Add(new() { [new OpenApiSecuritySchemeReference(Cookie, document)] = [] });
        operation.Responses ??= [];
        operation.Responses.TryAdd("401", new OpenApiResponse { Description = "Not signed in." });
        operation.Responses.TryAdd("403", new OpenApiResponse { Description = "The roles held do not allow it." });
    }
}
