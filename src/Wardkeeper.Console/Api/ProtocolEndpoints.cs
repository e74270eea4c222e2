using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Pages.Protocols;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Console.Session;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>Who says what to whom in medical protocols, and who works on which device from elsewhere. Without a time the whole history is asked.</summary>
internal static class ProtocolEndpoints
{
    // What is asked by is told by the subject itself: its logs, and for flows the protocols of remote access.
    private static readonly string[] ConversationKeys = ["page", "pageSize", "sort", .. HistoryEndpoints.SaidKeys.Except(["log", "notLog"])];

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/protocols").WithTags("protocols");
        ApiQuery.Take(group.MapGet("/dicom", (HttpContext context, Look look, TrafficScope scope, CancellationToken cancel) => AskAsync(ConversationSubject.Dicom, context, look, scope, cancel)).WithSummary("Which application entities send what to which, with failures"), ConversationKeys);
        ApiQuery.Take(group.MapGet("/hl7", (HttpContext context, Look look, TrafficScope scope, CancellationToken cancel) => AskAsync(ConversationSubject.Hl7, context, look, scope, cancel)).WithSummary("Interfaces of HL7: sender, receiver, message types and errors"), ConversationKeys);
        ApiQuery.Take(group.MapGet("/laboratory", (HttpContext context, Look look, TrafficScope scope, CancellationToken cancel) => AskAsync(ConversationSubject.Laboratory, context, look, scope, cancel)).WithSummary("Analysers and their hosts: messages, tests and errors"), ConversationKeys);
        ApiQuery.Take(group.MapGet("/remote", RemoteAsync).WithSummary("Who works on which device from elsewhere: screens, shells, tunnels and tools"), ["page", "pageSize", "sort", .. HistoryEndpoints.FlowKeys]);
    }

    private static async Task<Page<ConversationAnswer>> AskAsync(ConversationSubject subject, HttpContext context, Look look, TrafficScope scope, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        (PageRequest page, SortOrder sort) = (query.Page(), query.Sort("-last", [.. ProtocolsQuery.ConversationOrders]));
        TransactionFilter filter = await HistoryEndpoints.SaidAsync(query, mistakes, context, scope, cancel);
        Page<Conversation> found = await look.History.ConversationsAsync(subject, filter, sort, page, cancel);
        return new Page<ConversationAnswer>([.. found.Items.Select(line => ConversationAnswer.Of(line, subject, filter.Visible))], found.Total, (await look.History.RangeAsync(cancel)).Last);
    }

    private static async Task<Page<RemoteAccessAnswer>> RemoteAsync(HttpContext context, Look look, TrafficScope scope, RemoteWays ways, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        (PageRequest page, SortOrder sort) = (query.Page(), query.Sort("-last", [.. ProtocolsQuery.RemoteOrders]));
        FlowFilter filter = await HistoryEndpoints.FilterAsync(query, mistakes, context, scope, cancel);
        Page<RemoteAccess> found = await look.History.RemoteAccessAsync(filter, sort, page, cancel);
        return new Page<RemoteAccessAnswer>([.. found.Items.Select(line => RemoteAccessAnswer.Of(line, ways.Of(line), filter.Visible))], found.Total, (await look.History.RangeAsync(cancel)).Last);
    }
}

/// <summary>An end as the protocol views write it.</summary>
/// <param name="Device">The device that had the address last; null when the ledger knew none, or it may not be seen.</param>
/// <param name="Ip">The address.</param>
internal sealed record PlaceAnswer(long? Device, Address Ip)
{
    public static PlaceAnswer Of(HistoryEnd end, IReadOnlySet<long>? visible) => new(TrafficScope.Shown(end.Device, visible), end.Ip);
}

/// <summary>A line of a medical protocol.</summary>
/// <param name="Originator">The end that opened the flows.</param>
/// <param name="Responder">The end that was addressed.</param>
/// <param name="Log">The log of its rows.</param>
/// <param name="Names">Names that both go by, and the latest facts, by field.</param>
/// <param name="Kinds">Kinds of rows by field, the most frequent first, at most fifty.</param>
/// <param name="KindCount">How many kinds there are.</param>
/// <param name="Count">Rows.</param>
/// <param name="Failures">Rows that went wrong.</param>
/// <param name="Tests">Tests that analysers measured.</param>
/// <param name="AnalyserOpened">Whether the analyser opened the flows.</param>
/// <param name="First">First row.</param>
/// <param name="Last">Last row.</param>
internal sealed record ConversationAnswer(
    PlaceAnswer Originator, PlaceAnswer Responder, string Log, IReadOnlyDictionary<string, string?> Names, IReadOnlyList<KindAnswer> Kinds, long KindCount, long Count, long Failures, long Tests, bool? AnalyserOpened, CaptureTime First, CaptureTime Last)
{
    public static ConversationAnswer Of(Conversation line, ConversationSubject subject, IReadOnlySet<long>? visible)
    {
        ConversationFields fields = ConversationFields.Of(subject);
        Dictionary<string, string?> names = new(fields.Names.Zip(line.Names).Concat(fields.Facts.Zip(line.Facts)).Select(pair => KeyValuePair.Create(pair.First, pair.Second)));
        return new ConversationAnswer(PlaceAnswer.Of(line.Originator, visible), PlaceAnswer.Of(line.Responder, visible), line.Log, names, [.. line.Kinds.Select(kind => KindAnswer.Of(kind, fields))], line.KindCount, line.Count, line.Failures, line.Tests, line.AnalyserOpened, line.First, line.Last);
    }
}

/// <summary>A kind of rows.</summary>
/// <param name="Fields">Values by field.</param>
/// <param name="Count">Rows.</param>
/// <param name="Failures">Rows that went wrong.</param>
/// <param name="Last">Last row.</param>
internal sealed record KindAnswer(IReadOnlyDictionary<string, string?> Fields, long Count, long Failures, CaptureTime Last)
{
    public static KindAnswer Of(ConversationKind kind, ConversationFields fields) =>
        new(new Dictionary<string, string?>(fields.Kinds.Zip(kind.Values).Select(pair => KeyValuePair.Create(pair.First, pair.Second))), kind.Count, kind.Failures, kind.Last);
}

/// <summary>A line of remote access.</summary>
/// <param name="Originator">The end that opened the flows.</param>
/// <param name="Responder">The end that was worked on.</param>
/// <param name="Protocol">Protocol.</param>
/// <param name="Kind">screen, shell, vpn or tool.</param>
/// <param name="Way">in: from outside, out: to outside, inside: between the site's own addresses, passing: neither end is the site's.</param>
/// <param name="Sessions">Different flows.</param>
/// <param name="Records">Rows of flows in history.</param>
/// <param name="OriginatorBytes">Payload bytes of the originator.</param>
/// <param name="ResponderBytes">Payload bytes of the responder.</param>
/// <param name="LongestSeconds">Longest flow.</param>
/// <param name="Users">Users that sessions name.</param>
/// <param name="Methods">How users proved who they are, or how sessions are protected.</param>
/// <param name="Results">Outcomes that sessions name.</param>
/// <param name="First">Begin of the first flow.</param>
/// <param name="Last">Latest report.</param>
internal sealed record RemoteAccessAnswer(
    PlaceAnswer Originator, PlaceAnswer Responder, string Protocol, string Kind, string Way, long Sessions, long Records, long OriginatorBytes, long ResponderBytes, double LongestSeconds,
    IReadOnlyList<string> Users, IReadOnlyList<string> Methods, IReadOnlyList<string> Results, CaptureTime First, CaptureTime Last)
{
    public static RemoteAccessAnswer Of(RemoteAccess line, string way, IReadOnlySet<long>? visible) => new(
        PlaceAnswer.Of(line.Originator, visible), PlaceAnswer.Of(line.Responder, visible), line.Protocol, RemoteProtocols.KindOf(line.Protocol), way, line.Sessions, line.Records, line.OriginatorBytes, line.ResponderBytes,
        line.Longest.TotalSeconds, line.Users, line.Methods, line.Results, line.First, line.Last);
}
