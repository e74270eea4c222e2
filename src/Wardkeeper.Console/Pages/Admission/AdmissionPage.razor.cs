using System.Globalization;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Pages.Admission;

/// <summary>Who was let in, refused, and why; who is in now; and what enforcement would do.</summary>
public sealed partial class AdmissionPage
{
    private AdmissionQuery query = AdmissionQuery.All;
    private IReadOnlyList<LedgerColumn<KeptDecision>> columns = [];
    private IReadOnlyList<LedgerColumn<KeptSession>> sessionColumns = [];
    private Dictionary<long, DeviceLine> names = [];
    private string[] segments = [], switches = [], reasons = [];
    private Actor? person;
    private Exception? failure;

    private AdmissionFilter Seen => query.Filter with { Visible = person?.Departments };

    private bool MayPropose => person?.May("POST", "/api/v1/actions") == true;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = AdmissionQuery.Read(address);
        (columns, sessionColumns) = (Columns(), SessionColumns());
        Actor who = person ?? await Viewer.ActorAsync();
        try
        {
            // What can be filtered by is what was decided lately.
            IReadOnlyList<KeptDecision> latest = (await Admission.DecisionsAsync(new AdmissionFilter { Visible = who.Departments }, new PageRequest(1, PageRequest.MaxSize), cancel)).Items;
            segments = [.. (await Policies.SegmentsAsync(cancel)).Select(one => one.Segment.Name).Concat(latest.Select(one => one.Segment)).Distinct().Order(StringComparer.Ordinal)];
            switches = [.. latest.Select(one => one.NasIdentifier ?? one.Nas).Distinct().Order(StringComparer.Ordinal)];
            reasons = [.. latest.Where(one => one.Reasons.Count > 0).Select(one => one.Reasons[0].Key).Distinct().Order(StringComparer.Ordinal)];
            failure = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
        person = who;
    }

    private static string KeyOf(KeptDecision one) => one.Number.ToString(CultureInfo.InvariantCulture);

    private async Task<Page<KeptDecision>> LoadAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<KeptDecision> found = await Admission.DecisionsAsync(Seen, page, cancel);
        await NameAsync(found.Items.Select(one => one.Device), cancel);
        return found;
    }

    private async Task<Page<KeptSession>> LoadSessionsAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<KeptSession> found = await Admission.SessionsAsync(query.SessionFilter with { Visible = person?.Departments }, page, cancel);
        await NameAsync(found.Items.Select(one => one.Device), cancel);
        return found;
    }

    private async Task<long> NewerAsync(Page<KeptDecision> shown, CancellationToken cancel) => Math.Max(0, (await Admission.DecisionsAsync(Seen, new PageRequest(1, 1), cancel)).Total - shown.Total);

    private async Task NameAsync(IEnumerable<long?> devices, CancellationToken cancel)
    {
        long[] ids = [.. devices.OfType<long>().Distinct()];
        names = ids.Length == 0 ? [] : (await Devices.FindAsync(new DeviceFilter { Ids = ids, Visible = person?.Departments }, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel)).Items.ToDictionary(line => line.Id);
    }

    private List<(string, IReadOnlyList<(string, string)>)> Offered()
    {
        AdmissionFilter f = query.Filter;
        string To(AdmissionFilter filter) => query.With(filter).Address();
        List<(string, IReadOnlyList<(string, string)>)> offered =
        [
            ("segment", [.. segments.Select(one => (one, To(f with { Segment = one })))]),
            ("switch", [.. switches.Select(one => (one, To(f with { Nas = one })))]),
        ];
        if (query.Tab == AdmissionQuery.Sessions)
        {
            offered.Add(("status", [(T["over"].Value, (query with { IsOverToo = true, Table = query.Table with { Page = 1 } }).Address())]));
            return offered;
        }
        offered.Insert(0, ("outcome", [(T["held"].Value, To(f with { OnlyHeld = true })), (T["against"].Value, To(f with { OnlyAgainst = true })), .. Enum.GetValues<AdmissionOutcome>().Select(one => (AdmissionWords.Outcome(one, T), To(f with { Outcome = one })))]));
        offered.Add(("reason", [.. reasons.Select(one => (AdmissionWords.Kind(one, F), To(f with { Reason = one })))]));
        return offered;
    }
}
