using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Wardkeeper.Platform.Tests.Up;

/// <summary>The API of a running program, as a script with an administrator's token uses it.</summary>
internal sealed partial class ProgramApi : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly HttpClient client;
    private readonly RunningProgram program;

    private ProgramApi(HttpClient client, RunningProgram program) => (this.client, this.program) = (client, program);

    /// <summary>Makes a token and begins to use it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="data">Its data folder.</param>
    /// <param name="connect">Connects to a port where the program listens; null where that is this network.</param>
    /// <param name="role">Role of the token.</param>
    public static async Task<ProgramApi> OfAsync(RunningProgram program, string data, Func<int, Socket>? connect = null, string role = "administrator")
    {
        (int code, string said) = await RunningProgram.RunAsync("token", "create", "--role", role, "--name", $"test {role} {Guid.NewGuid():N}", "--data", data);
        Assert.True(code == 0, said);
        SocketsHttpHandler handler = new() { SslOptions = new() { RemoteCertificateValidationCallback = (_, seen, _, _) => seen is not null } };
        if (connect is not null) handler.ConnectCallback = (context, _) => ValueTask.FromResult<Stream>(new NetworkStream(connect(context.DnsEndPoint.Port), true));
        HttpClient client = new(handler) { BaseAddress = new Uri($"https://localhost:{program.Port}"), Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token().Match(said).Value);
        return new ProgramApi(client, program);
    }

    /// <summary>The answer to a GET.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage answer = await client.GetAsync("/api/v1" + path);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}\n{program.Output}");
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Sends JSON and answers with the status and what came back.</summary>
    public async Task<(int Status, string Text)> SendAsync(HttpMethod method, string path, string json)
    {
        using HttpRequestMessage request = new(method, "/api/v1" + path) { Content = new StringContent(json, new MediaTypeHeaderValue("application/json")) };
        using HttpResponseMessage answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>How many there are of a list.</summary>
    public async Task<long> TotalAsync(string path) => (await GetAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "pageSize=1")).GetProperty("total").GetInt64();

    /// <summary>Asks until the answer is as wanted.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> isSo)
    {
        using CancellationTokenSource late = new(Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            JsonElement answer = await GetAsync(path);
            if (isSo(answer)) return answer;
            if (late.IsCancellationRequested) Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{path} never became as wanted: {answer}\n{program.Output}"));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits until something is the matter, or no more.</summary>
    public Task<JsonElement> ProblemAsync(string code, string subject, bool isThere = true) =>
        UntilAsync("/health", health => isThere == health.GetProperty("problems").EnumerateArray().Any(problem => problem.GetProperty("code").GetString() == code && problem.GetProperty("subject").GetString() == subject));

    public void Dispose() => client.Dispose();

    [GeneratedRegex("wk_[A-Za-z0-9_-]+")]
    private static partial Regex Token();
}
