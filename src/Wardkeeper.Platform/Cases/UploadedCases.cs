using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Cases;

namespace Wardkeeper.Platform.Cases;

/// <summary>What people do with uploaded captures.</summary>
internal sealed class UploadedCases(CaseReceiver receiver, CaseRows rows, CaseFolders folders, CasePool pool, CaseQueue queue, CaseAdopter adopter, TimeProvider clock) : ICases
{
    private const int LongestName = 200, LongestReason = 500, LongestKept = 366;

    /// <inheritdoc/>
    public long MaxSize => receiver.MaxSize;

    /// <inheritdoc/>
    public async Task<CaseLine> UploadAsync(Actor who, string name, Stream content, CaseKeep? keep = null, CancellationToken cancel = default)
    {
        Require(who, Role.Analyst, Role.Administrator);
        Check(keep);
        await queue.Swept.WaitAsync(cancel);
        (string path, long size, string sha256) = await receiver.ReceiveAsync(content, cancel);
        try
        {
            CaseLine line = await rows.AddAsync(who, new CaseUpload(Cleaned(name), size, sha256, keep), number => folders.Place(path, number), cancel);
            queue.Wake();
            return line;
        }
        finally
        {
            // It was moved, unless something failed.
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public async Task<Page<CaseLine>> ListAsync(Actor who, CaseFilter filter, PageRequest page, CancellationToken cancel = default) =>
        who.Departments is not null ? new Page<CaseLine>([], 0) : await rows.FindAsync(filter, page, cancel);

    /// <inheritdoc/>
    public async Task<CaseLine?> GetAsync(Actor who, long number, CancellationToken cancel = default) =>
        who.Departments is not null ? null : await rows.GetAsync(number, cancel);

    /// <inheritdoc/>
    public async Task<bool> CancelAsync(Actor who, long number, CancellationToken cancel = default)
    {
        if (await OwnAsync(who, number, cancel) is not { } line) return false;
        if (await rows.CancelWaitingAsync(who, number, cancel))
        {
            using (await pool.FilesAsync(CancellationToken.None))
            {
                if (line.KeptUntil is null) folders.DeleteFile(number);
            }
            queue.Wake();
            return true;
        }
        if (line.State is not (CaseState.Queued or CaseState.Analysing) || queue.Stop(number) is not { } over) return false;
        await rows.NoteAsync(who, new AuditNote("capture-cancelled", CaseLine.IdOf(number), "analysing", "cancelled"), cancel);
        await over.WaitAsync(cancel);
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(Actor who, long number, string reason, CancellationToken cancel = default)
    {
        if (await OwnAsync(who, number, cancel) is not { } line) return false;
        if (!await rows.DeleteAsync(who, line, Reason(reason), cancel)) return false;
        if (queue.Stop(number) is { } over) await over;
        // From here on nobody finds it; what cannot be deleted now is at the next start.
        using (await pool.FilesAsync(CancellationToken.None))
        {
            await pool.CloseAsync(number, () =>
            {
                if (Directory.Exists(folders.Of(number))) Directory.Delete(folders.Of(number), true);
            });
        }
        queue.Wake();
        return true;
    }

    /// <inheritdoc/>
    public async Task<CaseAdoption?> AdoptAsync(Actor who, long number, long device, string reason, CancellationToken cancel = default)
    {
        Require(who, Role.ClinicalEngineer, Role.Analyst, Role.Administrator);
        string why = Reason(reason);
        return await GetAsync(who, number, cancel) is { CanOpen: true } ? await adopter.AdoptAsync(who, number, device, why, cancel) : null;
    }

    /// <inheritdoc/>
    public async Task<AdoptionPreview?> PreviewAdoptionAsync(Actor who, long number, long device, CancellationToken cancel = default)
    {
        Require(who, Role.ClinicalEngineer, Role.Analyst, Role.Administrator);
        return await GetAsync(who, number, cancel) is { CanOpen: true } ? await adopter.PreviewAsync(number, device, cancel) : null;
    }

    private async Task<CaseLine?> OwnAsync(Actor who, long number, CancellationToken cancel)
    {
        Require(who, Role.Analyst, Role.Administrator);
        CaseLine? line = await GetAsync(who, number, cancel);
        if (line is not null && line.By != who.Name && !who.Is(Role.Administrator))
            throw new RefusedException(Refusal.Forbidden, "", "not-yours", $"{line.By} uploaded it; only that person or an administrator may do this.");
        return line;
    }

    private static void Require(Actor who, params ReadOnlySpan<Role> roles)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (who.Departments is not null || !who.Is(roles)) throw new RefusedException(Refusal.Forbidden, "", "forbidden", "Your roles do not allow this.");
    }

    private static string Reason(string reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(Refusal.Invalid, "reason", "reason-missing", "Say why.");
        return reason.Trim() is { Length: <= LongestReason } text ? text : throw new RefusedException(Refusal.Invalid, "reason", "text-long", $"The reason is longer than {LongestReason} characters.");
    }

    private void Check(CaseKeep? keep)
    {
        if (keep is null) return;
        Mistakes mistakes = new();
        CaptureTime now = clock.Now(), last = now.Plus(TimeSpan.FromDays(LongestKept));
        mistakes.Require(!string.IsNullOrWhiteSpace(keep.Because), "keepBecause", "reason-missing", "Say why the file is kept.");
        mistakes.Require(keep.Because.Length <= LongestReason, "keepBecause", "text-long", $"The reason is longer than {LongestReason} characters.");
        mistakes.Require(keep.Until > now && keep.Until <= last, "keepUntil", "keep-until", $"A file is kept until a day in the future, at most {LongestKept} days ahead.");
        mistakes.ThrowIfAny();
    }

    /// <summary>What stands after the last slash of either kind, without what no terminal or table should be given.</summary>
    private static string Cleaned(string name)
    {
        string last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        string clean = string.Concat(last.Where(letter => !char.IsControl(letter) && letter is not ('\u202E' or '\u202D' or '\u2066' or '\u2067' or '\u2068'))).Trim();
        if (clean.Length > LongestName) clean = clean[..LongestName];
        return clean.Trim('.').Length == 0 ? "capture" : clean;
    }
}
