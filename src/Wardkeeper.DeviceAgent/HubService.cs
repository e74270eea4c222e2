using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Wardkeeper.DeviceAgent.Enrolment;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.DeviceAgent;

/// <summary>The hub's service for devices: a message there, a message back, over the connection that the device's certificate opened (docs/device-protocol.md).</summary>
internal sealed class HubService(HubConnection connection)
{
    public const string Telemetry = "/trust/v1/telemetry", Session = "/trust/v1/session", Keys = "/trust/v1/keys", Begin = "/trust/v1/attestation/begin", Prove = "/trust/v1/attestation/prove";

    /// <summary>The hub does not take the suite that the settings name. No other is tried: who could bring that about would choose the algorithms.</summary>
    public static AgentFault SpeaksNot => new(Outcome.Unreachable, "the hub does not speak the suite that hub.suite names: its setting devices.suites must name it too");

    /// <summary>The hub's certificate; null before the first message.</summary>
    public System.Security.Cryptography.X509Certificates.X509Certificate2? Hub => connection.Trust.Server;

    /// <summary>Sends a message.</summary>
    /// <exception cref="AgentFault">The hub refused, cannot do it now, or answered something else.</exception>
    public async Task<TAnswer> AskAsync<TQuestion, TAnswer>(string path, TQuestion question, CancellationToken cancel)
        where TQuestion : class, IMessage<TQuestion>
        where TAnswer : class, IMessage<TAnswer> => Answer<TAnswer>(path, await PostAsync(path, Message.Encode(question), cancel));

    /// <summary>Sends the bytes of a message.</summary>
    public async Task<byte[]> PostAsync(string path, byte[] message, CancellationToken cancel)
    {
        using ByteArrayContent body = new(message);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        HubAnswer answer = await connection.AskAsync(path, body, null, cancel);
        if (answer.Status == HttpStatusCode.OK) return answer.Body;
        Refusal? refusal = Message.Decode<Refusal>(answer.Body, out _);
        if (refusal?.Reason == RefusalReason.UnknownSuite) throw SpeaksNot;
        bool mayHelp = answer.Status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError || refusal?.RetryAfter > 0;
        TimeSpan? wish = refusal is { RetryAfter: > 0 and <= 86_400 } ? TimeSpan.FromSeconds(refusal.RetryAfter) : answer.RetryAfter;
        Outcome outcome = refusal?.Reason == RefusalReason.TimeOff ? Outcome.Clock : mayHelp ? Outcome.Unreachable : Outcome.Refused;
        throw new AgentFault(outcome, string.Create(CultureInfo.InvariantCulture, $"{path}: the hub answers {(int)answer.Status}{(refusal is null ? "" : ": " + refusal.Reason)}")) { RetryAfter = wish };
    }

    /// <summary>Reads an answer.</summary>
    public static TAnswer Answer<TAnswer>(string path, byte[] bytes)
        where TAnswer : class, IMessage<TAnswer> =>
        Message.Decode<TAnswer>(bytes, out ProtocolFault fault) ?? throw new AgentFault(Outcome.Unreachable, $"{path}: the hub's answer is no {TAnswer.Kind} ({fault})");
}
