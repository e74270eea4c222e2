using System.Text.Json;
using System.Text.Json.Serialization;
using Wardkeeper.DeviceAgent.Attestation;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceAgent.Telemetry;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.DeviceAgent;

/// <summary>Reads and writes what lies in files, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentSettings))]
[JsonSerializable(typeof(StateKey))]
[JsonSerializable(typeof(SealedSettings))]
[JsonSerializable(typeof(Enrolment.IdentityState))]
[JsonSerializable(typeof(ExchangeQuestion))]
[JsonSerializable(typeof(ExchangeAnswer))]
[JsonSerializable(typeof(Figures))]
[JsonSerializable(typeof(IReadOnlyList<DataKey>))]
internal sealed partial class AgentJson : JsonSerializerContext;
