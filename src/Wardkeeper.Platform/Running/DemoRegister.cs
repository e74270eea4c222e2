using Wardkeeper.Console.Import;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Platform.Running;

/// <summary>The sample hospital's inventory: taken into the demo's ledger once, as a person would import it.</summary>
/// <param name="options">Whether this is the demo.</param>
/// <param name="imports">What reads it.</param>
internal sealed class DemoRegister(PlatformOptions options, IRegisterImports imports)
{
    private static readonly Actor Demo = new("demo", new HashSet<Role>(Enum.GetValues<Role>()));

    /// <summary>Imports it, unless a register was imported before, or nobody wrote one.</summary>
    public async Task TakeAsync(CancellationToken cancel)
    {
        if (!options.IsDemo || DemoHospital.Register() is not { } path || (await imports.ListAsync(new Hub.Queries.PageRequest(1, 1), cancel)).Total > 0) return;
        ImportLine import = await imports.PreviewAsync(Demo, Path.GetFileName(path), TableFile.Read(await File.ReadAllBytesAsync(path, cancel)), null, cancel);
        await imports.ApplyAsync(Demo, import.Number, cancel);
    }
}
