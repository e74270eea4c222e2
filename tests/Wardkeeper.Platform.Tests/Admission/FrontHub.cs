using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.Response.Points.Radius;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Platform.Admission;
using Wardkeeper.Platform.Up;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Platform.Tests.Admission;

/// <summary>Decides by a table of MAC addresses; whoever is not in it is unknown and goes to quarantine.</summary>
internal sealed class TableDecider : IAdmissionDecider
{
    private long last;

    public ConcurrentDictionary<string, (long Device, AdmissionOutcome Outcome, string? Vlan)> Table { get; } = new();

    /// <summary>Cards at switches of a maker's form; they get an access list too.</summary>
    public ConcurrentDictionary<string, string> Forms { get; } = new();

    public ConcurrentQueue<AdmissionRequest> Asked { get; } = new();

    public ValueTask<AdmissionDecision> DecideAsync(AdmissionRequest request, CancellationToken cancel)
    {
        Asked.Enqueue(request);
        return ValueTask.FromResult(Rehearse(request) with { Number = Interlocked.Increment(ref last) });
    }

    public AdmissionDecision Rehearse(AdmissionRequest request)
    {
        bool isKnown = Table.TryGetValue(request.Mac, out (long Device, AdmissionOutcome Outcome, string? Vlan) row);
        AdmissionOutcome outcome = isKnown ? row.Outcome : AdmissionOutcome.Quarantine;
        string? form = Forms.GetValueOrDefault(request.Mac);
        return new AdmissionDecision(
            0, request, isKnown ? row.Device : null, form ?? "ward", outcome, outcome, isKnown ? row.Vlan : "98", form is null ? null : "3001", null, IdentityGrade.MacOnly, new FingerprintMatch(null, []), [new AdmissionReason("test")], null);
    }
}

/// <summary>The admission's front of a hub over a real store, which can be stopped, hang, or be another program that answers nonsense.</summary>
internal sealed class FrontHub(string folder, int port, TableDecider decider) : IAsyncDisposable
{
    private WebApplication? web;
    private LastKnownFile? lastKnown;
    private AdmissionFront? front;

    public static AdmissionSegment Ward { get; } = new("ward", SegmentMode.Enforce, FailSafe.KnownStay, ["127.0.0.1"], [], [], null, "98", null, "99", TimeSpan.FromHours(1));

    public StoreFactory Stores { get; } = StoreFactory.Sqlite(Path.Combine(folder, "wardkeeper.db"));

    public FrontFolder Folder { get; } = new(Path.Combine(folder, FrontFolder.Name));

    public FrontCounters Counters { get; } = new();

    public SessionBoard Board { get; private set; } = new();

    public IsolationBook Book { get; } = new();

    public AdmissionStore Store { get; private set; } = null!;

    public LastKnownFile LastKnown => lastKnown!;

    public long GivenBefore { get; private set; }

    /// <summary>Starts the hub, as after a crash: everything is read from the store.</summary>
    public async Task StartAsync()
    {
        await using (StoreContext context = Stores.Open()) await context.Database.EnsureCreatedAsync();
        Folder.SecretOrNew();
        Board = new SessionBoard();
        Store = new AdmissionStore(Stores, Board, new StoreHealth(TimeProvider.System));
        GivenBefore = await Store.OpenAsync(CancellationToken.None);
        lastKnown = LastKnownFile.Open(Folder.LastKnown, device => device < 100, out _);
        Segments segments = new();
        front = new AdmissionFront(new IsolatingDecider(decider, Book, segments), Store, lastKnown, segments, Counters, Folder, TimeProvider.System, NullLogger<AdmissionFront>.Instance);
        front.Load();
        web = AdmissionListener.Build(front, new IPEndPoint(IPAddress.Loopback, port), () => throw new InvalidOperationException(), NullLoggerFactory.Instance);
        await web.StartAsync();
    }

    /// <summary>Instead of the hub, something that answers each call by this.</summary>
    public async Task AnswerAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        web = builder.Build();
        web.Run(answer);
        await web.StartAsync();
    }

    /// <summary>Stops at once, with whatever it is doing.</summary>
    public async Task StopAsync()
    {
        if (web is null) return;
        using (CancellationTokenSource now = new())
        {
            await now.CancelAsync();
            try
            {
                await web.StopAsync(now.Token);
            }
            catch (OperationCanceledException)
            {
                // As asked: nobody waits for what it was doing.
            }
        }
        await web.DisposeAsync();
        web = null;
        if (lastKnown is null) return;
        await lastKnown.DisposeAsync();
        await Store.DisposeAsync();
        front?.Dispose();
        lastKnown = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private sealed class Segments : IAdmissionSegments
    {
        public IReadOnlyList<AdmissionSegment> All { get; } = [Ward, .. new[] { "huawei", "h3c", "cisco" }.Select(form => Ward with { Name = form, Form = form, Nas = ["192.0.2.1"] })];
    }
}
