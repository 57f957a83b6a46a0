import { givenStage } from './stage.ts'
const folder='/tmp/pgtry'
const stage = await givenStage({playground:`${folder}/node_modules/@microsoft/m365agentsplayground/cli.js`, playwright:'', chromium:'/usr/bin/chromium'}, folder)
const { chromium } = await import(`${folder}/node_modules/playwright-core/index.mjs`)
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu'] })
try {
const p = await b.newPage({viewport:{width:1100,height:900}})
await p.route((u:any) => u.hostname !== 'localhost', (r:any) => r.abort())
await p.goto(stage.playground.url, {waitUntil:'domcontentloaded'})
await p.getByText('Connected.').first().waitFor({timeout:60000})
await p.screenshot({path:'/tmp/e1.png'})
await p.getByText('access', {exact:true}).first().click(); await p.waitForTimeout(1000)
await p.screenshot({path:'/tmp/e2.png'})
const box = p.locator('[contenteditable=true], textarea').first(); await box.click(); await p.keyboard.type('@'); await p.getByRole('menuitem',{name:'Thand'}).click(); await p.keyboard.type(' request github:org-admin 30m the billing page shows last year’s plan'); await p.keyboard.press('Enter')
await p.waitForTimeout(5000)
await p.screenshot({path:'/tmp/e3.png'})
console.log(stage.proxy.answers, stage.world.log.filter(l=>/"level":(40|50)/.test(l)))
} catch(e) { console.log(e) } finally { await b.close(); await stage.close() }
