using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Room;

/// <summary>The hub's REST API, called from its own room.</summary>
internal sealed class HubApi : IDisposable
{
    private const int Port = 8443;
    private readonly HttpClient client;

    /// <summary>Calls with a token.</summary>
    public HubApi(HostNamespace room, string token)
    {
        client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) => await room.ConnectAsync(IPAddress.Loopback, Port, cancel),
            // The certificate is made at the hub's first start; the call never leaves the room's own loopback.
            SslOptions = { RemoteCertificateValidationCallback = static (_, shown, _, _) => shown is not null },
        })
        {
            BaseAddress = new Uri($"https://localhost:{Port}/api/v1/"),
            Timeout = TimeSpan.FromSeconds(30),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Asks.</summary>
    /// <exception cref="LabException">It was refused.</exception>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, null, cancel);

    /// <summary>Sends something.</summary>
    /// <exception cref="LabException">It was refused.</exception>
    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancel) => SendAsync(HttpMethod.Post, path, body, null, cancel);

    /// <summary>Puts something in another's place.</summary>
    /// <exception cref="LabException">It was refused.</exception>
    public Task<JsonElement> PutAsync(string path, object body, CancellationToken cancel) => SendAsync(HttpMethod.Put, path, body, null, cancel);

    /// <summary>Asks until something holds; null when it did not in time.</summary>
    public async Task<JsonElement?> UntilAsync(string path, Func<JsonElement, bool> holds, TimeSpan patience, CancellationToken cancel)
    {
        System.Diagnostics.Stopwatch waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            JsonElement answer = await GetAsync(path, cancel);
            if (holds(answer)) return answer;
            if (waited.Elapsed > patience) return null;
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, string? match, CancellationToken cancel)
    {
        try
        {
            using HttpRequestMessage request = new(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
            using HttpResponseMessage response = await client.SendAsync(request, cancel);
            string text = await response.Content.ReadAsStringAsync(cancel);
            if (!response.IsSuccessStatusCode) throw new LabException($"{method} {path} was answered with {(int)response.StatusCode}: {text.Trim()}");
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        }
        catch (HttpRequestException e)
        {
            throw new LabException($"{method} {path} was not answered: {e.Message}", e);
        }
    }
}

/// <summary>Finds values in answers.</summary>
internal static class JsonFind
{
    /// <summary>The text at a path of properties, or of the first that has its last name anywhere below; null when there is none.</summary>
    public static string? Find(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        }
        return element.ValueKind switch { JsonValueKind.String => element.GetString(), JsonValueKind.Null or JsonValueKind.Undefined => null, _ => element.GetRawText() };
    }

    /// <summary>The elements of a list, or of the property <c>items</c> of a page.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : element.ValueKind == JsonValueKind.Object && element.TryGetProperty("items", out JsonElement items) ? items.EnumerateArray() : [];
}
