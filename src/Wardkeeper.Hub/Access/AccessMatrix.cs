using static Wardkeeper.Hub.Access.Role;

namespace Wardkeeper.Hub.Access;

/// <summary>
/// The access table: every route of the API and every page, and who may call it. A route that has no line here is refused, and
/// a test that walks all mapped routes fails. Pages are looked up here also when they are opened within a running circuit.
/// </summary>
public static class AccessMatrix
{
    private static readonly Role[] Everyone = [Viewer, ClinicalEngineer, Analyst, Administrator, Auditor];

    /// <summary>All lines.</summary>
    public static IReadOnlyList<AccessRule> All { get; } =
    [
        // Open by nature: where a person signs in, whether the process is ready, and what the browser fetches before.
        Open("GET", "/healthz"),
        Open("*", "/sign-in"),
        Open("GET", "/culture/{language}"),
        Open("GET", "/openapi/{documentName}.json"),
        Open("GET", "/_framework/opaque-redirect"),
        Open("GET", "/{**path:file}"), // Files of the build, when it runs unpublished.
        new("GET", "/metrics", AccessKind.Metrics, Set(Everyone), false),

        // A person's own sign-in.
        Own("*", "/start"),
        Own("POST", "/sign-out"),
        new("GET", "/api/v1/session", AccessKind.SignedInFirst, Set(), false),
        Own("DELETE", "/api/v1/session"),
        Own("POST", "/api/v1/session/password"),
        Own("GET", "/api/v1/session/sessions"),
        Own("DELETE", "/api/v1/session/sessions/{hash}"),
        new("POST", "/api/v1/session/second-factor", AccessKind.SignedIn, Set(), true),
        new("POST", "/api/v1/session/second-factor/confirm", AccessKind.SignedIn, Set(), true),
        new("POST", "/api/v1/session/second-factor/remove", AccessKind.SignedIn, Set(), true),

        // Circuits of the pages; what a page shows is decided again by its own line.
        Circuit("/_blazor"),
        Circuit("/_blazor/negotiate"),
        Circuit("/_blazor/disconnect"),
        Circuit("/_blazor/initializers"),

        // Persons and tokens.
        Api("GET", "/api/v1/users", Administrator, Auditor),
        Api("POST", "/api/v1/users", Administrator),
        Api("GET", "/api/v1/users/{id:long}", Administrator, Auditor),
        Api("PUT", "/api/v1/users/{id:long}", Administrator),
        Api("DELETE", "/api/v1/users/{id:long}", Administrator),
        Api("POST", "/api/v1/users/{id:long}/password", Administrator),
        Api("POST", "/api/v1/users/{id:long}/unlock", Administrator),
        Api("DELETE", "/api/v1/users/{id:long}/second-factor", Administrator),
        Api("GET", "/api/v1/users/{id:long}/sessions", Administrator, Auditor),
        Api("DELETE", "/api/v1/users/{id:long}/sessions", Administrator),
        Api("GET", "/api/v1/tokens", Administrator, Auditor),
        Api("POST", "/api/v1/tokens", Administrator),
        Api("DELETE", "/api/v1/tokens/{id:long}", Administrator),

        // Audit log.
        Api("GET", "/api/v1/audit", Administrator, Auditor),
        Api("GET", "/api/v1/audit/verify", Administrator, Auditor),
        Api("GET", "/api/v1/audit/export", Administrator, Auditor),

        // How the platform is doing, and its settings.
        Api("GET", "/api/v1/health", Everyone),
        Api("GET", "/api/v1/health/interfaces", Administrator),
        Api("GET", "/api/v1/settings", Administrator, Auditor),
        Api("GET", "/api/v1/settings/networks", Administrator),
        Api("PATCH", "/api/v1/settings", Administrator),

        // Ledger.
        Api("GET", "/api/v1/devices", Everyone),
        Api("GET", "/api/v1/devices/export", Everyone),
        Api("POST", "/api/v1/devices", ClinicalEngineer, Administrator),
        Api("POST", "/api/v1/devices/bulk", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/devices/{id:long}", Everyone),
        Api("PATCH", "/api/v1/devices/{id:long}", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/devices/{id:long}/life-cycle", ClinicalEngineer),
        Api("POST", "/api/v1/devices/{id:long}/ownership", Viewer, ClinicalEngineer),
        Api("POST", "/api/v1/devices/{id:long}/ask", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/devices/{id:long}/merge", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/devices/{id:long}/split", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/operations/{id:long}/undo", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/fields", Everyone),

        // The hospital's register.
        Api("GET", "/api/v1/imports", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/imports", ClinicalEngineer, Administrator),
        Api("GET", "/api/v1/imports/template", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/imports/{id:long}", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/imports/{id:long}/rows", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/imports/{id:long}/only-on-network", ClinicalEngineer, Analyst, Administrator),
        Api("PUT", "/api/v1/imports/{id:long}/mapping", ClinicalEngineer, Administrator),
        Api("POST", "/api/v1/imports/{id:long}/decisions", ClinicalEngineer, Administrator),
        Api("POST", "/api/v1/imports/{id:long}/apply", ClinicalEngineer, Administrator),
        Api("POST", "/api/v1/imports/{id:long}/undo", ClinicalEngineer, Administrator),

        // The border's tables: what is published outside.
        Api("GET", "/api/v1/publishings", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/publishings", ClinicalEngineer, Administrator),
        Api("GET", "/api/v1/publishings/{id:long}", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/publishings/{id:long}/services", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/publishings/{id:long}/apply", ClinicalEngineer, Administrator),
        Api("POST", "/api/v1/publishings/{id:long}/undo", ClinicalEngineer, Administrator),

        // History.
        Api("GET", "/api/v1/history", Everyone),
        Api("GET", "/api/v1/flows", Everyone),
        Api("GET", "/api/v1/transactions", Everyone),
        Api("GET", "/api/v1/activity", Everyone),
        Api("GET", "/api/v1/logs", Everyone),
        Api("GET", "/api/v1/peers", Everyone),
        Api("GET", "/api/v1/pairs", Everyone),
        Api("GET", "/api/v1/protocols/dicom", Everyone),
        Api("GET", "/api/v1/protocols/hl7", Everyone),
        Api("GET", "/api/v1/protocols/laboratory", Everyone),
        Api("GET", "/api/v1/protocols/remote", Everyone),

        // What devices are identified by, and what persons taught.
        Api("GET", "/api/v1/knowledge", Everyone),
        Api("GET", "/api/v1/knowledge/fingerprints", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/knowledge/additions", Everyone),
        Api("POST", "/api/v1/knowledge/additions", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/knowledge/additions/preview", ClinicalEngineer, Analyst, Administrator),
        Api("DELETE", "/api/v1/knowledge/additions/{id}", ClinicalEngineer, Analyst, Administrator),

        // Trust.
        Api("GET", "/api/v1/trust", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("GET", "/api/v1/trust/certificates", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("GET", "/api/v1/trust/certificates/{number:long}", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("GET", "/api/v1/trust/certificates/{number:long}/file", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/trust/certificates/{number:long}/revoke", Analyst, Administrator),
        Api("GET", "/api/v1/trust/enrolments", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/trust/enrolments/{number:long}/approve", ClinicalEngineer, Administrator),
        Api("POST", "/api/v1/trust/enrolments/{number:long}/refuse", ClinicalEngineer, Administrator),
        Api("GET", "/api/v1/trust/authorities", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/trust/authorities/rollover", Administrator),
        Api("GET", "/api/v1/trust/boot-states", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/trust/boot-states/{device:long}/approve", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/trust/roots", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/trust/roots", Administrator),
        Api("DELETE", "/api/v1/trust/roots/{number:long}", Administrator),
        Api("GET", "/api/v1/trust/lists", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/trust/lists", Administrator),
        Api("GET", "/api/v1/trust/vouchers", ClinicalEngineer, Administrator, Auditor),
        Api("POST", "/api/v1/trust/vouchers", ClinicalEngineer, Administrator),
        Api("GET", "/api/v1/trust/expected", ClinicalEngineer, Administrator, Auditor),
        Api("POST", "/api/v1/trust/expected", ClinicalEngineer, Administrator),

        // Rules.
        Api("GET", "/api/v1/rules", Analyst, Administrator, Auditor),
        Api("GET", "/api/v1/rules/sources", Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/rules", Analyst, Administrator),
        Api("POST", "/api/v1/rules/trial", Analyst, Administrator),
        Api("DELETE", "/api/v1/rules/{id}", Analyst, Administrator),

        // Sources of intelligence.
        Api("GET", "/api/v1/intelligence", Analyst, Administrator, Auditor),
        Api("GET", "/api/v1/intelligence/known", Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/intelligence", Analyst, Administrator),
        Api("DELETE", "/api/v1/intelligence/{id}", Analyst, Administrator),

        // Findings, exposures and what people decide about them; what a role may do to one finding the commands decide again.
        Api("GET", "/api/v1/findings", Everyone),
        Api("GET", "/api/v1/findings/groups", Everyone),
        Api("GET", "/api/v1/findings/counts", Everyone),
        Api("GET", "/api/v1/findings/quality", Everyone),
        Api("GET", "/api/v1/findings/{id:long}", Everyone),
        Api("POST", "/api/v1/findings/{id:long}/judge", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/findings/{id:long}/move", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/findings/{id:long}/assign", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/findings/{id:long}/comments", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/findings/{id:long}/close", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/findings/{id:long}/reopen", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/findings/{id:long}/suppress", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/findings/{id:long}/suppress/preview", Analyst, ClinicalEngineer),
        Api("GET", "/api/v1/findings/{id:long}/slice", Everyone),
        Api("GET", "/api/v1/findings/{id:long}/slice/pcapng", Analyst),
        Api("GET", "/api/v1/findings/{id:long}/slice/rows", Analyst),
        Api("GET", "/api/v1/exposures", Everyone),
        Api("GET", "/api/v1/exposures/kinds", Everyone),
        Api("GET", "/api/v1/devices/{id:long}/reach", Everyone),
        Api("GET", "/api/v1/devices/{id:long}/care", Everyone),
        Api("GET", "/api/v1/reach", Everyone),
        Api("GET", "/api/v1/reach/vendors", Everyone),
        Api("GET", "/api/v1/vendors/summary", Everyone),
        Api("GET", "/api/v1/suppressions", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/suppressions/{id:long}/end", Analyst, ClinicalEngineer),

        // Incidents; merging, splitting and closing are an analyst's.
        Api("GET", "/api/v1/incidents", Everyone),
        Api("GET", "/api/v1/incidents/{id:long}", Everyone),
        Api("GET", "/api/v1/incidents/{id:long}/impact", Everyone),
        Api("POST", "/api/v1/incidents/{id:long}/move", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/incidents/{id:long}/close", Analyst),
        Api("POST", "/api/v1/incidents/{id:long}/assign", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/incidents/{id:long}/comments", Analyst, ClinicalEngineer),
        Api("POST", "/api/v1/incidents/{id:long}/merge", Analyst),
        Api("POST", "/api/v1/incidents/{id:long}/split", Analyst),
        Api("POST", "/api/v1/incidents/operations/{id:long}/undo", Analyst),

        // Actions; who may agree to which the commands decide again.
        Api("GET", "/api/v1/actions", Everyone),
        Api("POST", "/api/v1/actions", Analyst, ClinicalEngineer, Administrator),
        Api("POST", "/api/v1/actions/preview", Analyst, ClinicalEngineer, Administrator),
        Api("GET", "/api/v1/actions/{id:long}", Everyone),
        Api("GET", "/api/v1/actions/{id:long}/preview", Everyone),
        Api("POST", "/api/v1/actions/{id:long}/approve", Analyst, ClinicalEngineer, Administrator),
        Api("POST", "/api/v1/actions/{id:long}/decline", Analyst, ClinicalEngineer, Administrator),
        Api("POST", "/api/v1/actions/{id:long}/undo", Analyst, ClinicalEngineer, Administrator),

        // Admission: who was let in, and how far segments go. Whom a segment would have refused names devices of all departments.
        Api("GET", "/api/v1/admission/decisions", Everyone),
        Api("GET", "/api/v1/admission/decisions/{id:long}", Everyone),
        Api("GET", "/api/v1/admission/sessions", Everyone),
        Api("GET", "/api/v1/admission/front", Analyst, Administrator, Auditor),
        Api("GET", "/api/v1/admission/segments", Everyone),
        Api("PUT", "/api/v1/admission/segments/{name}", Administrator),
        Api("GET", "/api/v1/admission/segments/{name}/proof", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/admission/segments/{name}/enforce", Administrator),
        Api("POST", "/api/v1/admission/segments/{name}/observe", Administrator),
        Api("DELETE", "/api/v1/admission/segments/{name}", Administrator),
        Api("GET", "/api/v1/admission/rules", Everyone),
        Api("POST", "/api/v1/admission/rules", Administrator),
        Api("PUT", "/api/v1/admission/rules/{number:long}", Administrator),
        Api("DELETE", "/api/v1/admission/rules/{number:long}", Administrator),
        Api("GET", "/api/v1/admission/approvals", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/admission/approvals", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/admission/approvals/{device:long}/withdraw", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/admission/guests", ClinicalEngineer, Analyst, Administrator, Auditor),
        Api("POST", "/api/v1/admission/guests", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/admission/guests/{number:long}/end", ClinicalEngineer, Analyst, Administrator),

        // What could be seen, and what stands in a detector's way.
        Api("GET", "/api/v1/detectors", Everyone),
        Api("GET", "/api/v1/techniques", Everyone),

        // Uploaded captures; whoever is limited to departments sees none, and what is another's only an administrator deletes.
        Api("GET", "/api/v1/captures", Everyone),
        Api("POST", "/api/v1/captures", Analyst, Administrator),
        Api("GET", "/api/v1/captures/{id:long}", Everyone),
        Api("POST", "/api/v1/captures/{id:long}/cancel", Analyst, Administrator),
        Api("DELETE", "/api/v1/captures/{id:long}", Analyst, Administrator),
        Api("GET", "/api/v1/captures/{id:long}/adopt", ClinicalEngineer, Analyst, Administrator),
        Api("POST", "/api/v1/captures/{id:long}/adopt", ClinicalEngineer, Analyst, Administrator),

        // Questions to people.
        Api("GET", "/api/v1/tasks", Everyone),
        Api("POST", "/api/v1/tasks", ClinicalEngineer, Analyst, Administrator),
        Api("GET", "/api/v1/tasks/{id:long}", Everyone),
        Api("GET", "/api/v1/duties", Everyone),
        new("POST", "/api/v1/tasks/{id:long}/answer", AccessKind.SignedIn, Set(), true), // Whoever is asked answers; the hub knows who that is.
        Api("POST", "/api/v1/tasks/{id:long}/withdraw", ClinicalEngineer, Analyst, Administrator),

        // Long work; a person sees and stops her own, an administrator all.
        Api("GET", "/api/v1/jobs", Everyone),
        Api("POST", "/api/v1/jobs/{id}/stop", Everyone),

        // Views of tables; what is shared and who may change it the store decides again.
        Api("GET", "/api/v1/views", Everyone),
        Api("POST", "/api/v1/views", Everyone),
        Api("GET", "/api/v1/views/{id:long}", Everyone),
        Api("PATCH", "/api/v1/views/{id:long}", Everyone),
        Api("DELETE", "/api/v1/views/{id:long}", Everyone),

        // What changed, as it happens; each topic is shown to those who may read it.
        Api("GET", "/api/v1/events", Everyone),

        // Pages.
        Page("/", Everyone),
        Page("/not-found", Everyone),
        Page("/my", Everyone),
        Page("/devices", Everyone),
        Page("/devices/{Id:long}", Everyone),
        Page("/identify", Everyone),
        Page("/start/site", Administrator),
        Page("/start/source", Administrator),
        Page("/users", Administrator, Auditor),
        Page("/audit", Administrator, Auditor),
        Page("/settings", Everyone),
        Page("/health", Everyone),
        Page("/traffic", Everyone),
        Page("/map", Everyone),
        Page("/protocols", Everyone),
        Page("/captures", Everyone),
        Page("/findings", Everyone),
        Page("/findings/{Id:long}", Everyone),
        Page("/findings/detectors", Everyone),
        Page("/findings/quality", Everyone),
        Page("/techniques", Everyone),
        Page("/techniques/{Id}", Everyone),
        Page("/hunting", Everyone),
        Page("/incidents", Everyone),
        Page("/incidents/{Id:long}", Everyone),
        Page("/admission", Everyone),
        Page("/response", Everyone),
        Page("/response/{Id:long}", Everyone),
        Page("/exposures", Everyone),
        Page("/exposures/reach", Everyone),
        Page("/exposures/vendors", Everyone),
        Page("/suppressions", ClinicalEngineer, Analyst, Administrator, Auditor),
        Page("/tasks", Everyone),
        Page("/tasks/{Id:long}", Everyone),
        Page("/tasks/duties", Everyone),
        Page("/intelligence", Analyst, Administrator, Auditor),
        Page("/rules", Analyst, Administrator, Auditor),
        Page("/trust", ClinicalEngineer, Analyst, Administrator, Auditor),
        Page("/import", ClinicalEngineer, Analyst, Administrator),
    ];

    private static readonly ILookup<string, AccessRule> ByRoute = All.ToLookup(rule => rule.Route, StringComparer.OrdinalIgnoreCase);

    /// <summary>Topics of the change feed that not everybody may follow.</summary>
    private static readonly Dictionary<string, IReadOnlySet<Role>> Topics = new(StringComparer.Ordinal)
    {
        [UserDirectory.Topic] = Set(Administrator, Auditor),
        [ApiTokens.Topic] = Set(Administrator, Auditor),
        ["audit"] = Set(Administrator, Auditor),
        ["settings"] = Set(Administrator, Auditor),
    };

    /// <summary>The line of a route; null when there is none, and nobody may call it.</summary>
    public static AccessRule? Find(string method, string route)
    {
        string normal = Normal(route);
        string asked = string.Equals(method, "HEAD", StringComparison.OrdinalIgnoreCase) ? "GET" : method;
        return ByRoute[normal].FirstOrDefault(rule => rule.Method == "*" || string.Equals(rule.Method, asked, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether somebody may follow a topic of the change feed. Which device or finding changed is told to those only who see all of them.</summary>
    public static bool MayFollow(Actor actor, string topic)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return !Topics.TryGetValue(topic, out IReadOnlySet<Role>? roles) || actor.Roles.Overlaps(roles);
    }

    /// <summary>A route as the table writes it: one slash in front, none behind.</summary>
    public static string Normal(string route) => "/" + (route ?? "").Trim('/');

    private static AccessRule Open(string method, string route) => new(method, route, AccessKind.Open, Set(), false);

    private static AccessRule Own(string method, string route) => new(method, route, AccessKind.SignedInFirst, Set(), true);

    private static AccessRule Circuit(string route) => new("*", route, AccessKind.SignedIn, Set(), true);

    private static AccessRule Api(string method, string route, params Role[] roles) => new(method, route, AccessKind.Roles, Set(roles), false);

    private static AccessRule Page(string route, params Role[] roles) => new("*", route, AccessKind.Roles, Set(roles), true);

    private static HashSet<Role> Set(params Role[] roles) => [.. roles];
}
