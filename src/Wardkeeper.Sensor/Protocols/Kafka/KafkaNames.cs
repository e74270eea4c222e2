using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Kafka;

/// <summary>Names of requests and errors (Kafka protocol guide).</summary>
internal static class KafkaNames
{
    /// <summary>Highest key of a request that is believed to be one.</summary>
    public const int LastKey = 92;

    private static readonly string[] Requests =
    [
        "Produce", "Fetch", "ListOffsets", "Metadata", "LeaderAndIsr", "StopReplica", "UpdateMetadata", "ControlledShutdown", "OffsetCommit", "OffsetFetch", "FindCoordinator", "JoinGroup",
        "Heartbeat", "LeaveGroup", "SyncGroup", "DescribeGroups", "ListGroups", "SaslHandshake", "ApiVersions", "CreateTopics", "DeleteTopics", "DeleteRecords", "InitProducerId",
        "OffsetForLeaderEpoch", "AddPartitionsToTxn", "AddOffsetsToTxn", "EndTxn", "WriteTxnMarkers", "TxnOffsetCommit", "DescribeAcls", "CreateAcls", "DeleteAcls", "DescribeConfigs",
        "AlterConfigs", "AlterReplicaLogDirs", "DescribeLogDirs", "SaslAuthenticate", "CreatePartitions", "CreateDelegationToken", "RenewDelegationToken", "ExpireDelegationToken",
        "DescribeDelegationToken", "DeleteGroups", "ElectLeaders", "IncrementalAlterConfigs", "AlterPartitionReassignments", "ListPartitionReassignments", "OffsetDelete",
    ];

    /// <summary>Name of a request.</summary>
    public static string Request(int key) => key < Requests.Length ? Requests[key] : key.ToString(CultureInfo.InvariantCulture);

    /// <summary>Version from which on a request's fields are compact.</summary>
    public static int FirstCompact(int key) => key switch
    {
        0 => 9,
        1 => 12,
        2 => 6,
        3 => 9,
        8 => 8,
        9 => 6,
        10 => 3,
        11 => 6,
        12 or 13 or 14 => 4,
        18 => 3,
        19 => 5,
        20 => 4,
        22 => 2,
        36 => 2,
        _ => int.MaxValue,
    };

    /// <summary>Name of an error.</summary>
    public static string Error(short code) => code switch
    {
        -1 => "UNKNOWN_SERVER_ERROR",
        3 => "UNKNOWN_TOPIC_OR_PARTITION",
        29 => "TOPIC_AUTHORIZATION_FAILED",
        31 => "CLUSTER_AUTHORIZATION_FAILED",
        33 => "UNSUPPORTED_SASL_MECHANISM",
        34 => "ILLEGAL_SASL_STATE",
        35 => "UNSUPPORTED_VERSION",
        58 => "SASL_AUTHENTICATION_FAILED",
        _ => code.ToString(CultureInfo.InvariantCulture),
    };
}
