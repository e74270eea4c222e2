namespace Wardkeeper.Sensor.Protocols.Mongodb;

/// <summary>Every way to be wrong.</summary>
internal static class MongodbFaults
{
    /// <summary>A header with an impossible length or an operation that does not exist.</summary>
    public static readonly Fault MalformedHeader = new("mongodb.malformed-header", "MongoDB Wire Protocol, Standard Message Header");

    /// <summary>A document whose elements do not fit into it.</summary>
    public static readonly Fault MalformedDocument = new("mongodb.malformed-document", "BSON 1.1");
}
