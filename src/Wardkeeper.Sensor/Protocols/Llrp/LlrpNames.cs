using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Llrp;

/// <summary>Names and numbers. GS1 LLRP 1.1, 17.1 (messages), 17.2 (parameters), 14 (status codes).</summary>
internal static class LlrpNames
{
    public const int CloseResponse = 4, Close = 14, Report = 61, KeepAlive = 62, Event = 63, KeepAliveAck = 72, Error = 100, Custom = 1023;

    /// <summary>A request's name as the standard spells it, or a message's that is no answer; null for an unknown type.</summary>
    public static string? Message(int type) => type switch
    {
        1 => "GET_READER_CAPABILITIES",
        2 => "GET_READER_CONFIG",
        3 => "SET_READER_CONFIG",
        Close => "CLOSE_CONNECTION",
        20 => "ADD_ROSPEC",
        21 => "DELETE_ROSPEC",
        22 => "START_ROSPEC",
        23 => "STOP_ROSPEC",
        24 => "ENABLE_ROSPEC",
        25 => "DISABLE_ROSPEC",
        26 => "GET_ROSPECS",
        40 => "ADD_ACCESSSPEC",
        41 => "DELETE_ACCESSSPEC",
        42 => "ENABLE_ACCESSSPEC",
        43 => "DISABLE_ACCESSSPEC",
        44 => "GET_ACCESSSPECS",
        46 => "GET_SUPPORTED_VERSION",
        47 => "SET_PROTOCOL_VERSION",
        60 => "GET_REPORT",
        Event => "READER_EVENT_NOTIFICATION",
        64 => "ENABLE_EVENTS_AND_REPORTS",
        Error => "ERROR_MESSAGE",
        Custom => "CUSTOM_MESSAGE",
        _ => null,
    };

    /// <summary>The request that an answer belongs to; 0 for what is no answer.</summary>
    public static int RequestOf(int type) => type switch
    {
        CloseResponse => Close,
        11 or 12 or 13 => type - 10,
        >= 30 and <= 36 or >= 50 and <= 57 => type - 10,
        _ => 0,
    };

    /// <summary>Whether the reader sends such messages.</summary>
    public static bool IsOfReader(int type) => RequestOf(type) != 0 || type is Report or KeepAlive or Event or Error;

    /// <summary>Status codes of LLRPStatus.</summary>
    public static string Status(int code) => code switch
    {
        0 => "success",
        100 => "parameter-error",
        101 => "field-error",
        102 => "unexpected-parameter",
        103 => "missing-parameter",
        104 => "duplicate-parameter",
        105 => "overflow-parameter",
        106 => "overflow-field",
        107 => "unknown-parameter",
        108 => "unknown-field",
        109 => "unsupported-message",
        110 => "unsupported-version",
        111 => "unsupported-parameter",
        112 => "unexpected-message",
        401 => "device-error",
        _ => string.Create(CultureInfo.InvariantCulture, $"status-{code}"),
    };

    /// <summary>Events within a notification; null for what is no event.</summary>
    public static string? EventOf(int parameter) => parameter switch
    {
        247 => "hopping",
        248 => "gpi",
        249 => "rospec",
        250 => "buffer-level",
        251 => "buffer-overflow",
        252 => "reader-exception",
        253 => "rf-survey",
        254 => "aispec",
        255 => "antenna",
        256 => "connection-attempt",
        257 => "connection-close",
        _ => null,
    };

    /// <summary>What became of a connection attempt.</summary>
    public static string Attempt(int code) => code switch
    {
        0 => "accepted",
        1 => "refused-reader-connection-exists",
        2 => "refused-client-connection-exists",
        3 => "refused",
        4 => "another-attempted",
        _ => string.Create(CultureInfo.InvariantCulture, $"attempt-{code}"),
    };

    /// <summary>Operations on a tag that change it or read its memory.</summary>
    public static string? Operation(int parameter) => parameter switch
    {
        341 => "read",
        342 => "write",
        343 => "kill",
        344 => "lock",
        345 => "block-erase",
        346 => "block-write",
        _ => null,
    };

    /// <summary>Makers of readers by their private enterprise number (IANA).</summary>
    public static string? Maker(uint number) => number switch
    {
        161 => "Motorola",
        10642 => "Zebra",
        17996 => "Alien",
        25882 => "Impinj",
        26554 => "ThingMagic",
        _ => null,
    };

    /// <summary>Models by maker and the maker's number, as far as they are public: the example captures of the sllurp client.</summary>
    public static string? Model(uint maker, uint model) => (maker, model) switch
    {
        (25882, 2001001) => "Speedway R220",
        (25882, 2001002) => "Speedway R420",
        _ => null,
    };

    /// <summary>Length of a parameter without its own length, after its type; 0 for an unknown one.</summary>
    public static int ShortLength(int type) => type switch
    {
        1 or 7 or 8 or 10 or 11 or 12 or 14 or 15 or 17 or 19 or 20 => 2,
        2 or 3 or 4 or 5 => 8,
        6 => 1,
        9 or 16 or 18 => 4,
        13 => 12,
        _ => 0,
    };
}
