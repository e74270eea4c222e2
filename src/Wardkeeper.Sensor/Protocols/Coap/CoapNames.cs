using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Coap;

/// <summary>Names of methods, answers and formats (RFC 7252, section 12, and its registries).</summary>
internal static class CoapNames
{
    /// <summary>Method of a request; null when the code is none.</summary>
    public static string? Method(byte code) => code switch { 1 => "GET", 2 => "POST", 3 => "PUT", 4 => "DELETE", 5 => "FETCH", 6 => "PATCH", 7 => "iPATCH", _ => null };

    /// <summary>An answer's code with its meaning; null when the code is none.</summary>
    public static string? Answer(byte code)
    {
        string? meaning = (((code >> 5) * 100) + (code & 31)) switch
        {
            201 => "Created",
            202 => "Deleted",
            203 => "Valid",
            204 => "Changed",
            205 => "Content",
            231 => "Continue",
            400 => "Bad Request",
            401 => "Unauthorized",
            402 => "Bad Option",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            406 => "Not Acceptable",
            408 => "Request Entity Incomplete",
            409 => "Conflict",
            412 => "Precondition Failed",
            413 => "Request Entity Too Large",
            415 => "Unsupported Content-Format",
            422 => "Unprocessable Entity",
            429 => "Too Many Requests",
            500 => "Internal Server Error",
            501 => "Not Implemented",
            502 => "Bad Gateway",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            505 => "Proxying Not Supported",
            508 => "Hop Limit Reached",
            _ => null,
        };
        return meaning is null ? null : string.Create(CultureInfo.InvariantCulture, $"{code >> 5}.{code & 31:00} {meaning}");
    }

    /// <summary>Content format by its number.</summary>
    public static string Format(uint number) => number switch
    {
        0 => "text/plain",
        40 => "application/link-format",
        41 => "application/xml",
        42 => "application/octet-stream",
        47 => "application/exi",
        50 => "application/json",
        60 => "application/cbor",
        110 => "application/senml+json",
        112 => "application/senml+cbor",
        11542 => "application/vnd.oma.lwm2m+tlv",
        11543 => "application/vnd.oma.lwm2m+json",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };
}
