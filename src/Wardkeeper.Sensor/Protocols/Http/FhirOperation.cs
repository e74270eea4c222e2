namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Which interaction of the RESTful API a request is, by its method and path. HL7 FHIR R4, 3.1.0.</summary>
internal static class FhirOperation
{
    /// <summary>The interaction and the type of resource it is about; null where the path does not tell.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="uri">Request target, patients masked.</param>
    /// <param name="bundle">Type of the bundle that was sent, if one was.</param>
    public static (string? Operation, string? Resource) Of(string? method, string? uri, string? bundle)
    {
        if (method is null || uri is null) return default;
        int query = uri.IndexOf('?', StringComparison.Ordinal);
        string[] parts = (query < 0 ? uri : uri[..query]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        int at = Array.FindLastIndex(parts, IsResource);
        string? resource = at < 0 ? null : parts[at];
        // A compartment: Patient/1/Observation is a search for what belongs to the patient.
        string[] rest = at < 0 ? parts.Length > 0 ? [parts[^1]] : [] : parts[(at + 1)..];
        if (Array.Find(rest, part => part[0] == '$') is { } named && named.Length <= 40) return ("operation " + named, resource);
        if (Array.Exists(rest, part => part == "_history")) return (rest[^1] == "_history" ? "history" : "vread", resource);
        bool hasId = at >= 0 && rest.Length > 0 && rest[0] != "_search";
        return method switch
        {
            "GET" or "HEAD" when rest is ["metadata"] && at < 0 => ("capabilities", null),
            "GET" or "HEAD" => (hasId ? "read" : "search", resource),
            "POST" when rest is ["_search"] => ("search", resource),
            "POST" => (resource is not null ? "create" : bundle is "transaction" or "batch" ? bundle : "create", resource),
            "PUT" => ("update", resource),
            "PATCH" => ("patch", resource),
            "DELETE" => ("delete", resource),
            _ => (null, resource),
        };
    }

    private static bool IsResource(string part) => part.Length is >= 4 and <= 40 && char.IsAsciiLetterUpper(part[0]) && part.AsSpan(1).ContainsAnyInRange('a', 'z') && part.All(char.IsAsciiLetter);
}
