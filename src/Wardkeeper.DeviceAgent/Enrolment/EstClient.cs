using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Wardkeeper.DeviceAgent.Enrolment;

/// <summary>The requests of Enrollment over Secure Transport (RFC 7030, as RFC 8951 puts it right): certificates of the CA, the first certificate, the next one.</summary>
internal sealed class EstClient(HubConnection connection)
{
    private const string Base = "/.well-known/est/";

    /// <summary>The CA's certificates, and the hub's clock.</summary>
    public async Task<(IReadOnlyList<X509Certificate2> Certificates, DateTimeOffset? Date)> CaCertificatesAsync(CancellationToken cancel)
    {
        HubAnswer answer = await connection.AskAsync(Base + "cacerts", null, null, cancel);
        if (answer.Status != HttpStatusCode.OK) throw Refusal(answer, "cacerts");
        return (Pem.FromCms(Encoding.ASCII.GetString(answer.Body)), answer.Date);
    }

    /// <summary>Asks for a certificate.</summary>
    /// <param name="request">PKCS#10, DER.</param>
    /// <param name="again">Whether it follows one (simplereenroll).</param>
    /// <param name="user">User name and one-time token; null where the connection's certificate says who asks.</param>
    /// <exception cref="AgentFault">Refused, or <see cref="Outcome.Pending"/> with the time to wait.</exception>
    public async Task<IReadOnlyList<X509Certificate2>> EnrolAsync(byte[] request, bool again, (string Name, string Token)? user, CancellationToken cancel)
    {
        // One line: some servers take no line ends, and RFC 8951 wants none.
        using StringContent body = new(Convert.ToBase64String(request), Encoding.ASCII);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/pkcs10");
        body.Headers.Add("Content-Transfer-Encoding", "base64");
        AuthenticationHeaderValue? authorization = user is { } known ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{known.Name}:{known.Token}"))) : null;
        string path = again ? "simplereenroll" : "simpleenroll";
        HubAnswer answer = await connection.AskAsync(Base + path, body, authorization, cancel);
        return answer.Status switch
        {
            HttpStatusCode.OK => Pem.FromCms(Encoding.ASCII.GetString(answer.Body)),
            HttpStatusCode.Accepted => throw new AgentFault(Outcome.Pending, "the hub has the request; a person has to approve it") { RetryAfter = answer.RetryAfter ?? TimeSpan.FromMinutes(1) },
            _ => throw Refusal(answer, path),
        };
    }

    private static AgentFault Refusal(HubAnswer answer, string path)
    {
        bool isBusy = answer.Status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
        // The reason is the hub's; it is shown in one line without what a terminal would take for a command.
        string reason = new([.. Encoding.UTF8.GetString(answer.Body).Take(300).Select(letter => char.IsControl(letter) ? ' ' : letter)]);
        return new AgentFault(isBusy ? Outcome.Unreachable : Outcome.Refused, $"EST {path}: the hub answers {(int)answer.Status} {answer.Status}{(reason.Length > 0 ? ": " + reason.Trim() : "")}") { RetryAfter = answer.RetryAfter };
    }
}
