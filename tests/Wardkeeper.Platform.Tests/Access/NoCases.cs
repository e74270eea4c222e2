using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>A hub to which nobody has uploaded anything, and that takes nothing: who may ask is what is tested.</summary>
internal sealed class NoCases : ICases
{
    public long MaxSize => 0;

    public Task<CaseLine> UploadAsync(Actor who, string name, Stream content, CaseKeep? keep = null, CancellationToken cancel = default) => throw new CaseRefusedException("empty");

    public Task<Page<CaseLine>> ListAsync(Actor who, CaseFilter filter, PageRequest page, CancellationToken cancel = default) => Task.FromResult(new Page<CaseLine>([], 0));

    public Task<CaseLine?> GetAsync(Actor who, long number, CancellationToken cancel = default) => Task.FromResult<CaseLine?>(null);

    public Task<bool> CancelAsync(Actor who, long number, CancellationToken cancel = default) => Task.FromResult(false);

    public Task<bool> DeleteAsync(Actor who, long number, string reason, CancellationToken cancel = default) => Task.FromResult(false);

    public Task<CaseAdoption?> AdoptAsync(Actor who, long number, long device, string reason, CancellationToken cancel = default) => Task.FromResult<CaseAdoption?>(null);

    public Task<AdoptionPreview?> PreviewAdoptionAsync(Actor who, long number, long device, CancellationToken cancel = default) => Task.FromResult<AdoptionPreview?>(null);
}
